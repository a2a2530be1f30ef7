#!/usr/bin/env bash
# The engine's POST /api/v1/orders over HTTP with everything on (a) against pgbench that places one order per prepared statement
# on the same Postgres server (b): in one run, in turns. Prints one JSON document; progress goes to stderr.
#
# Usage: load-tests/bench.sh [MODE] [OPTION...]
#
# Modes:
#   (none)              a and b in turns: orders/s, ratio, latencies, CPU per order, batch sizes, failures, backlog
#   --half-rate         half of the highest rate (measured first, or --rate), paced: latency, and whether the backlog of payments
#                       and events grows
#   --hot               turns of uniform load and of load with 20 % of all orders on one product, and their ratio
#   --bulk              turns of single orders and of batches of orders (POST /orders/batch): orders/s, ratio, CPU per order
#   --memory            10 minutes of load: heap, heap after collection, resident memory
#   --crowd             5,000 event streams and 5,000 held calls at once, then clients that stop reading: memory, latency of orders beside
#                       them, and whether each is told; exit code 1 if something that was promised did not hold (see "broken")
#   --cold              an engine that has just become ready meets all connections at once, again and again: share of 503
#   --tracing           turns of two engines, one of which traces a tenth and sends it to a sink: orders/s, ratio, CPU per order
#
# Options:
#   --running           use servers and an engine that run already (see --env); nothing is started or stopped
#   --sqs-sink          a queue service that confirms and forgets, in place of ElasticMQ, which costs more per event than the engine
#   --env FILE          the servers' environment, as --services-only writes it (default target/dev.env)
#   --rounds N          turns of each side (default 5), or those that look for the highest rate (default 3)
#   --turn SECONDS      length of a turn (default 20; half-rate: 60, cold: 5)
#   --warmup SECONDS    load on each side before anything counts (default 30)
#   --connections N     of wrk (default 256; 4 for batches, for the engine takes no more at once)
#   --threads N         of wrk (default 2)
#   --products N        size of the benchmark's catalogue (default 10000)
#   --batch N           orders in one call of --bulk (default 200)
#   --clients "N..."    client counts of pgbench to try (default "8 16 32 64")
#   --probe SECONDS     length of each such try (default 5)
#   --settle SECONDS    how long pgbench runs before its turn counts: its connections are new each time (default 8)
#   --rate N            orders/s that --half-rate halves (default: measured)
#   --minutes N         length of --memory (default 10)
#   --watchers N        streams, and as many held calls, of --crowd, in hundreds (default 5000, which is http.max_streams)
#   --drain-limit S     how long to wait for the engine's backlog before the other side's turn (default 300)
#   --no-drain          do not wait for it
#   --xmx SIZE          heap of the engine (default 512m; 384m for --crowd, which fits a container of 1 GiB)
#   --jfr FILE          record the engine by Java Flight Recorder from its start on, and write the recording there when it stops
#   --out FILE          also write the JSON there
#   --help
#
# Needs: java and Maven (variable MVN, default mvn), curl, jq, psql and pgbench (15 or newer), wrk, GNU coreutils.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source-path=SCRIPTDIR source=bench/lib.sh
source "$here/bench/lib.sh"

mode=compare
running='' sqs_sink='' env_file=$root/target/dev.env
rounds='' turn='' warmup=30
connections=256 threads=2
products=10000
batch=200
clients='8 16 32 64' probe=5 settle=8
rate='' minutes=10
watchers=5000 broken=''
drain=yes drain_limit=300
xmx=''
jfr='' out=''

while (($# > 0)); do
  case $1 in
    --half-rate | --hot | --bulk | --memory | --crowd | --cold | --tracing) mode=${1#--} ;;
    --running) running=yes ;;
    --sqs-sink) sqs_sink=yes ;;
    --no-drain) drain='' ;;
    --drain) drain=yes ;;
    --help | -h)
      sed -n '2,/^set -euo/{/^set -euo/d;s/^#\( \|$\)//p}' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    --env | --rounds | --turn | --warmup | --connections | --threads | --products | --batch | --clients | --probe | --settle | --rate | --minutes | \
      --watchers | --drain-limit | --xmx | --jfr | --out)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --env) env_file=$2 ;;
        *) name=${1#--} && printf -v "${name//-/_}" '%s' "$2" ;;
      esac
      shift
      ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done

compare() {
  prepare_yardstick
  say "warming both sides up, $warmup s each"
  warm_engine
  run_pgbench 32 "$warmup"
  best_clients
  local round
  for ((round = 1; round <= rounds; round++)); do
    say "round $round of $rounds: engine"
    engine_turn engine "$turn" >>"$work/turns"
    say "round $round of $rounds: pgbench"
    pgbench_turn "$turn" >>"$work/turns"
  done
  jq -s --argjson settings "$(settings)" --argjson probes "$(cat "$work/probes")" -f "$here/bench/compare.jq" "$work/turns"
}

half-rate() {
  warm_engine
  if [[ -z $rate ]]; then
    local round
    for ((round = 1; round <= rounds; round++)); do
      say "looking for the highest rate, $round of $rounds"
      engine_turn highest 15 >>"$work/highest"
    done
    rate=$(jq -s 'map(.orders_per_s) | sort | .[length / 2 | floor]' "$work/highest")
  fi
  local half
  half=$(awk -v rate="$rate" 'BEGIN { printf "%d", rate / 2 }')
  say "half of $rate orders/s for $turn s"
  wait_for_backlog
  sample_backlog "$work/backlog" &
  local sampler=$!
  started+=("$sampler")
  BENCH_RATE=$half engine_turn half-rate "$turn" >"$work/turn"
  stop "$sampler"
  jq -n --argjson settings "$(settings)" --argjson full "$rate" --argjson half "$half" --slurpfile turn "$work/turn" \
    --slurpfile backlog "$work/backlog" -f "$here/bench/half-rate.jq"
}

hot() {
  warm_engine
  local round
  for ((round = 1; round <= rounds; round++)); do
    say "round $round of $rounds: uniform"
    engine_turn uniform "$turn" >>"$work/turns"
    say "round $round of $rounds: 20 % on one product"
    BENCH_HOT=20 engine_turn hot "$turn" >>"$work/turns"
  done
  jq -s --argjson settings "$(settings)" -f "$here/bench/hot.jq" "$work/turns"
}

bulk() {
  warm_engine
  BENCH_BATCH=$batch BENCH_CONNECTIONS=4 run_wrk "$((warmup / 2))"
  wait_for_backlog
  local round
  for ((round = 1; round <= rounds; round++)); do
    say "round $round of $rounds: single orders"
    engine_turn single "$turn" >>"$work/turns"
    say "round $round of $rounds: batches of $batch"
    BENCH_BATCH=$batch BENCH_CONNECTIONS=4 engine_turn bulk "$turn" >>"$work/turns"
  done
  jq -s --argjson settings "$(settings)" --argjson batch "$batch" -f "$here/bench/bulk.jq" "$work/turns"
}

tracing() {
  [[ -z $running ]] || fail '--tracing starts engines of its own'
  start_traced_engine
  local round side sides=(off on)
  for side in off on; do
    use_engine "$side"
    warm_engine
  done
  for ((round = 1; round <= rounds; round++)); do
    for side in "${sides[@]}"; do
      say "round $round of $rounds: tracing $side"
      use_engine "$side"
      engine_turn "$side" "$turn" >>"$work/turns"
    done
    # Nobody is always the second.
    sides=("${sides[1]}" "${sides[0]}")
  done
  jq -s --argjson settings "$(settings)" --argjson bytes "$(curl -fsS "$traces_url")" -f "$here/bench/tracing.jq" "$work/turns"
}

memory() {
  warm_engine
  say "load for $minutes minutes"
  sample_memory "$work/memory" &
  local sampler=$!
  started+=("$sampler")
  drain='' engine_turn memory "$((minutes * 60))" >"$work/turn"
  stop "$sampler"
  jq -n --argjson settings "$(settings)" --slurpfile turn "$work/turn" --slurpfile samples "$work/memory" -f "$here/bench/memory.jq"
}

crowd() {
  say "$watchers streams, $watchers held calls"
  (
    export ENGINE_PID=$engine_pid WATCHERS=$watchers TOKEN_SERVICE=$TOKEN
    cd "$root" && exec "${MVN:-mvn}" -q exec:java -Dexec.mainClass=dev.orderengine.crowd.CrowdProof -Dexec.classpathScope=test
  ) >"$logs/crowd.log" 2>&1 || broken=yes
  # What is logged goes the same way.
  sed -n '/^{/,/^}/p' "$logs/crowd.log" >"$work/figures"
  [[ -s $work/figures ]] || fail "no figures: $(head -n 5 "$logs/crowd.log")"
  jq --argjson settings "$(settings)" --argjson watchers "$watchers" '{settings: ($settings + {watchers: $watchers})} + .' "$work/figures"
}

cold() {
  [[ -z $running ]] || fail '--cold starts engines of its own'
  local round
  for ((round = 1; round <= rounds; round++)); do
    say "round $round of $rounds: a new engine"
    stop_engine
    start_engine
    engine_pid=$(listener "${ENGINE_HTTP_PORT:-8080}")
    BENCH_STATUSES=1 run_wrk "$turn"
    cold_start_json >>"$work/turns"
    wait_for_backlog
  done
  jq -s --argjson settings "$(settings)" -f "$here/bench/cold.jq" "$work/turns"
}

if [[ $mode == crowd ]]; then
  ulimit -Sn "$((2 * watchers + 2000))" || fail 'the hard limit of open files is too low (ulimit -Hn)'
fi
xmx=${xmx:-$([[ $mode == crowd ]] && echo 384m || echo 512m)}
if [[ -z $turn ]]; then
  case $mode in
    half-rate) turn=60 ;;
    cold) turn=5 ;;
    *) turn=20 ;;
  esac
fi
if [[ -z $rounds ]]; then
  rounds=5
  if [[ $mode == half-rate ]]; then rounds=3; fi
fi
need curl jq psql pgbench wrk java
work=$(mktemp -d)
# Kept after the run.
logs=$root/target/bench
mkdir -p "$logs"
started=()
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ -z $running ]]; then
  start_services
  start_engine
fi
use_servers
"$mode" >"$work/result"
cat "$work/result"
if [[ -n $out ]]; then cp "$work/result" "$out"; fi
if [[ -n $broken ]]; then fail 'not all is as promised: see "broken"'; fi
