# shellcheck shell=bash
# What the modes of bench.sh share. Variables set there: root here work logs started running env_file xmx connections threads products
# clients probe settle warmup rounds turn drain drain_limit mode jfr sqs_sink.
# shellcheck disable=SC2154

yardstick_database=order_engine_bench
ticks_per_second=$(getconf CLK_TCK)
# The load generator while one runs.
load_pid=''

say() { printf '%(%H:%M:%S)T %s\n' -1 "$*" >&2; }

fail() {
  printf 'bench.sh: %s\n' "$*" >&2
  exit 1
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || fail "$tool is needed"
  done
}

# ---- processes

# Stops a process that this script started, also one that it has frozen, and waits until it is gone.
stop() {
  kill "$1" 2>/dev/null || true
  kill -CONT "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# In reverse: the engine drains before its servers go.
clean_up() {
  local i
  if [[ -n $load_pid ]]; then stop "$load_pid"; fi
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    stop "${started[i]}"
  done
  rm -rf "$work"
}

# wait_until SECONDS WHAT PID COMMAND...: until the command succeeds, the process ends or the time is up.
wait_until() {
  local seconds=$1 what=$2 pid=$3 end
  shift 3
  end=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || fail "$what ended: $(tail -n 5 "$logs/$what.log")"
    ((SECONDS < end)) || fail "$what was not ready after $seconds s: $(tail -n 5 "$logs/$what.log")"
    sleep 0.2
  done
}

start_services() {
  say 'starting the development servers'
  rm -f "$env_file"
  # They share the machine with what is measured: a collector that costs little, however long it pauses.
  (
    cd "$root" && export MAVEN_OPTS="${MAVEN_OPTS:-} -XX:+UseParallelGC"
    exec "${MVN:-mvn}" -q test-compile exec:java -Dexec.args=--services-only
  ) >"$logs/services.log" 2>&1 </dev/null &
  services_pid=$!
  started+=("$services_pid")
  wait_until 180 services "$services_pid" test -s "$env_file"
  if [[ -n $sqs_sink ]]; then
    start_sink
    return
  fi
  empty_events_queue 2>>"$logs/services.log" &
  started+=("$!")
}

# In place of ElasticMQ. The engine's environment names it.
start_sink() {
  local port=${BENCH_SINK_PORT:-9399}
  (
    cd "$root" && exec "${MVN:-mvn}" -q exec:java -Dexec.mainClass=dev.orderengine.support.SqsSink -Dexec.classpathScope=test \
      -Dexec.args="$port"
  ) >"$logs/sink.log" 2>&1 </dev/null &
  started+=("$!")
  wait_until 60 sink "$!" curl -sS "http://127.0.0.1:$port"
  echo "export ENGINE_SQS_ENDPOINT='http://127.0.0.1:$port'" >>"$env_file"
}

start_engine() {
  say 'starting the engine'
  [[ -f $root/target/order-engine.jar ]] || fail 'target/order-engine.jar is missing: mvn -q package -DskipTests'
  (
    # shellcheck source=/dev/null
    source "$env_file"
    cd "$root" && exec java "-Xmx$xmx" ${jfr:+"-XX:StartFlightRecording=filename=$jfr,settings=profile,dumponexit=true"} \
      -jar target/order-engine.jar
  ) >"$logs/engine.log" 2>&1 </dev/null &
  engine_started=$!
  started+=("$engine_started")
  wait_until 60 engine "$engine_started" curl -fsS "http://127.0.0.1:${ENGINE_HTTP_PORT:-8080}/health/ready"
}

# A second engine, that records a tenth of the traces and sends them to a sink.
start_traced_engine() {
  say 'starting an engine that traces'
  local sink=${BENCH_TRACES_PORT:-9398}
  java -cp "$root/target/test-classes" dev.orderengine.support.TraceSink "$sink" >"$logs/traces.log" 2>&1 </dev/null &
  started+=("$!")
  traces_url=http://127.0.0.1:$sink
  wait_until 30 traces "$!" curl -sS "$traces_url"
  traced_port=$((${ENGINE_HTTP_PORT:-8080} + 10)) traced_management_port=$((${ENGINE_HTTP_MANAGEMENT_PORT:-8081} + 10))
  (
    # shellcheck source=/dev/null
    source "$env_file"
    cd "$root" && exec env ENGINE_HTTP_PORT="$traced_port" ENGINE_HTTP_MANAGEMENT_PORT="$traced_management_port" \
      ENGINE_TRACING_ENDPOINT="$traces_url" java "-Xmx$xmx" -jar target/order-engine.jar
  ) >"$logs/traced.log" 2>&1 </dev/null &
  traced_pid=$!
  started+=("$traced_pid")
  wait_until 60 traced "$traced_pid" curl -fsS "http://127.0.0.1:$traced_port/health/ready"
}

# use_engine off|on: calls go to that engine. The other one is frozen, so that it takes no share of payments and events.
use_engine() {
  kill -CONT "$engine_started" "$traced_pid"
  if [[ $1 == on ]]; then
    kill -STOP "$engine_started"
    engine_pid=$traced_pid api=http://127.0.0.1:$traced_port metrics_url=http://127.0.0.1:$traced_management_port/metrics
  else
    kill -STOP "$traced_pid"
    engine_pid=$engine_started api=http://127.0.0.1:${ENGINE_HTTP_PORT:-8080}
    metrics_url=http://127.0.0.1:${ENGINE_HTTP_MANAGEMENT_PORT:-8081}/metrics
  fi
}

stop_engine() {
  stop "$engine_started"
  unset 'started[-1]'
}

# Where everything is, and the benchmark's catalogue in the engine's database.
use_servers() {
  [[ -f $env_file ]] || fail "$env_file is missing: start the development servers, or name the file by --env"
  # shellcheck source=/dev/null
  source "$env_file"
  api=http://127.0.0.1:${ENGINE_HTTP_PORT:-8080}
  metrics_url=http://127.0.0.1:${ENGINE_HTTP_MANAGEMENT_PORT:-8081}/metrics
  export PGHOST=$ENGINE_DATABASE_HOST PGPORT=$ENGINE_DATABASE_PORT PGUSER=$ENGINE_DATABASE_MIGRATION_USER PGPASSWORD=$ENGINE_DATABASE_MIGRATION_PASSWORD
  export TOKEN=${TOKEN_SERVICE:?"no TOKEN_SERVICE in $env_file"} BENCH_PRODUCTS=$products BENCH_THREADS=$threads
  curl -fsS "$api/health/ready" >/dev/null || fail "no engine is ready at $api"
  engine_pid=$(listener "${ENGINE_HTTP_PORT:-8080}")
  services_pid=$(listener "${DEV_SIMULATOR_PORT:-8089}")
  postgres_pid=$(listener "$PGPORT")
  seed "$ENGINE_DATABASE_NAME"
}

# Nobody consumes the events here. A queue that only grows fills the heap of the server beside the engine; whoever runs SQS does not
# pay for that.
empty_events_queue() {
  # shellcheck source=/dev/null
  source "$env_file"
  while sleep 2; do
    curl -fsS -o /dev/null -d Action=PurgeQueue "$ENGINE_SQS_ENDPOINT/queue/${ENGINE_SQS_EVENTS_QUEUE:-order-events}" || true
  done
}

listener() { ss -Hltnp "sport = :$1" | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | head -n 1; }

# ---- database

query() { psql -XAtq -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }

seed() {
  psql -Xq -v ON_ERROR_STOP=1 -v "products=$products" -d "$1" -f "$here/bench/catalogue.sql"
  query "$1" 'ANALYZE products' && query "$1" 'ANALYZE stock' && query "$1" 'ANALYZE prices'
}

# (b) has a database of its own on the same server: the same migrations, the same catalogue.
prepare_yardstick() {
  PGOPTIONS='-c client_min_messages=warning' query postgres "DROP DATABASE IF EXISTS $yardstick_database"
  query postgres "CREATE DATABASE $yardstick_database"
  local file lines
  while IFS= read -r file; do
    psql -XAtq -v ON_ERROR_STOP=1 -1 -d "$yardstick_database" -f "$file" >/dev/null
  done < <(find "$root/src/main/resources/db/migration" -name 'V*.sql' | sort -V)
  seed "$yardstick_database"
  psql -Xq -v ON_ERROR_STOP=1 -d "$yardstick_database" -f "$here/bench/bench_place_order.sql"
  product_version=$(query "$yardstick_database" "SELECT version FROM products WHERE product_id = 'bench-100001'")
  for lines in 1 2 3; do
    "$here/bench/pgbench-script.sh" "$lines" function >"$work/function-$lines.sql"
    "$here/bench/pgbench-script.sh" "$lines" batch-of-one >"$work/batch-of-one-$lines.sql"
  done
}

# Payments that the engine can drive now, and events not yet at SQS: "payments events".
backlog() {
  query "$ENGINE_DATABASE_NAME" "SELECT (SELECT count(*) FROM payments WHERE next_at IS NOT NULL AND provider = 'stripe') || ' ' ||
    (SELECT count(*) FROM outbox WHERE set_aside_at IS NULL)"
}

orders_in_database() { query "$ENGINE_DATABASE_NAME" 'SELECT count(*) FROM orders'; }

# Until the engine's payments and events are done, so that the next turn does not pay for this one.
wait_for_backlog() {
  local payments events end=$((SECONDS + drain_limit))
  [[ -n $drain ]] || return 0
  while read -r payments events < <(backlog) && ((payments + events > 0)); do
    if ((SECONDS >= end)); then
      say "gave up waiting for $payments payments and $events events"
      return 0
    fi
    sleep 0.5
  done
}

# ---- CPU, in clock ticks

# ticks PID: user and system time of a process, and of its children that ended.
ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 + $14 + $15 }' "/proc/$1/stat" 2>/dev/null || echo 0; }

# Only a process itself: a postmaster's children are added one by one.
postgres_ticks() {
  local pid sum
  sum=$(ticks "$postgres_pid")
  for pid in $(pgrep -P "$postgres_pid"); do
    sum=$((sum + $(ticks "$pid")))
  done
  echo "$sum"
}

# "engine postgres services all": all is what every process of the machine used.
cpu() {
  local all
  all=$(awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat)
  echo "$(ticks "$engine_pid") $(postgres_ticks) $(ticks "$services_pid") $all"
}

# cpu_json BEFORE AFTER CLIENT_NAME CLIENT_SECONDS ORDERS: microseconds per order.
cpu_json() {
  awk -v before="$1" -v after="$2" -v client="$3" -v seconds="$4" -v orders="$5" -v hz="$ticks_per_second" 'BEGIN {
    split(before, b); split(after, a)
    us = orders > 0 ? 1e6 / orders : 0
    engine = (a[1] - b[1]) / hz; postgres = (a[2] - b[2]) / hz; services = (a[3] - b[3]) / hz
    others = (a[4] - b[4]) / hz - engine - postgres - services - seconds
    printf "{\"engine\":%.1f,\"postgres\":%.1f,\"dev_services\":%.1f,\"%s\":%.1f,\"others\":%.1f}\n",
      engine * us, postgres * us, services * us, client, seconds * us, others * us
  }'
}

# ---- the engine's metrics

# metric NAME [LABELS]: the sum over all series of that name whose labels match.
metric() {
  curl -fsS --max-time 5 "$metrics_url" 2>/dev/null | awk -v name="$1" -v labels="${2:-}" '
    $0 !~ /^#/ { series = $1; sub(/[{ ].*/, "", series); if (series == name && (labels == "" || index($0, labels))) { sum += $NF; seen = 1 } }
    END { if (seen) printf "%.6f\n", sum; else print "null" }'
}

# Count and sum of every micro-batch: "name count sum" a line.
batches() {
  curl -fsS --max-time 5 "$metrics_url" 2>/dev/null | awk '
    /^[a-z_]*batch_size_(count|sum)/ {
      kind = /_count/ ? "count" : "sum"; name = "outbox"
      if (match($1, /batch="[^"]*"/)) name = substr($1, RSTART + 7, RLENGTH - 8)
      value[name, kind] += $NF; names[name] = 1
    }
    END { for (name in names) printf "%s %d %d\n", name, value[name, "count"], value[name, "sum"] }'
}

# batches_json BEFORE AFTER (files): mean size of the batches in between.
batches_json() {
  awk 'NR == FNR { count[$1] = $2; sum[$1] = $3; next }
    { n = $2 - count[$1]; if (n > 0) printf "{\"%s\":{\"batches\":%d,\"mean\":%.1f}}\n", $1, n, ($3 - sum[$1]) / n }' "$1" "$2" |
    jq -cs 'add // {}'
}

# ---- load

run_wrk() {
  BENCH_NONCE=$(date +%s%N) start_load wrk -t "$threads" -c "${BENCH_CONNECTIONS:-$connections}" -d "$1" --timeout 10s -s "$here/bench/place-orders.lua" "$api"
  finish_load wrk
}

# Load runs in the background, so that a signal to this script is not kept waiting. Output goes to $work/load, the CPU seconds used
# to $work/load.cpu.
start_load() {
  times >"$work/times.before"
  "$@" >"$work/load" 2>"$work/load.err" &
  load_pid=$!
}

finish_load() {
  wait "$load_pid" || fail "$1 failed: $(tail -n 3 "$work/load.err" "$work/load")"
  load_pid=''
  times >"$work/times.after"
  awk 'function seconds(time, part) { split(time, part, /[ms]/); return part[1] * 60 + part[2] }
    FNR == 2 { sum = seconds($1) + seconds($2); if (NR == FNR) before = sum; else print sum - before }' \
    "$work/times.before" "$work/times.after" >"$work/load.cpu"
}

warm_engine() {
  say "warming the engine up, $warmup s"
  BENCH_STATUSES=1 run_wrk "$warmup"
  local statuses
  statuses=$(sed -n 's/^RESULT //p' "$work/load" | jq -c '.by_status')
  say "answers by status: $statuses"
  jq -e '.["201"] > 0' <<<"$statuses" >/dev/null || fail 'the engine places no orders'
  wait_for_backlog
}

# engine_turn NAME SECONDS: one turn of the engine, as JSON.
engine_turn() {
  local before after orders created result backlog_before backlog_after drained_at=$SECONDS
  backlog_before=$(backlog)
  orders=$(orders_in_database)
  batches >"$work/batches.before"
  before=$(cpu)
  run_wrk "$2"
  after=$(cpu)
  batches >"$work/batches.after"
  backlog_after=$(backlog)
  created=$(($(orders_in_database) - orders))
  result=$(sed -n 's/^RESULT //p' "$work/load")
  drained_at=$SECONDS
  wait_for_backlog
  jq -cn --arg side "$1" --argjson wrk "$result" --argjson created "$created" \
    --argjson cpu "$(cpu_json "$before" "$after" wrk "$(<"$work/load.cpu")" "$created")" \
    --argjson leftovers "$(cpu_json "$after" "$(cpu)" wrk 0 "$created")" \
    --argjson batches "$(batches_json "$work/batches.before" "$work/batches.after")" \
    --arg before "$backlog_before" --arg after "$backlog_after" --argjson drain_s "$((SECONDS - drained_at))" '
    def backlog: split(" ") | {payments: .[0] | tonumber, events: .[1] | tonumber};
    {side: $side, orders_per_s: (($wrk.answers - $wrk.not_created) / $wrk.seconds), seconds: $wrk.seconds,
     p50_ms: $wrk.p50_ms, p95_ms: $wrk.p95_ms, p99_ms: $wrk.p99_ms, max_ms: $wrk.max_ms,
     failures: {not_created: $wrk.not_created, connect: $wrk.connect_errors, read: $wrk.read_errors, write: $wrk.write_errors,
                timeouts: $wrk.timeouts},
     created_answers: ($wrk.answers - $wrk.not_created), created_in_database: $created,
     cpu_us_per_order: $cpu, cpu_us_per_order_while_draining: $leftovers, batches: $batches,
     backlog_before: ($before | backlog), backlog_after: ($after | backlog), drain_s: $drain_s}'
}

# The last load as the first of a new engine, as JSON; the engine's log tells how long it took to become ready.
cold_start_json() {
  jq -cn --argjson wrk "$(sed -n 's/^RESULT //p' "$work/load")" \
    --argjson ready "$(sed -n 's/.*ready on port .* after \([0-9]*\) ms.*/\1/p' "$logs/engine.log")" '
    {ready_ms: $ready, answers: $wrk.answers, by_status: $wrk.by_status, timeouts: $wrk.timeouts,
     share_of_503: (($wrk.by_status["503"] // 0) / $wrk.answers), p50_ms: $wrk.p50_ms, p95_ms: $wrk.p95_ms, max_ms: $wrk.max_ms}'
}

# run_pgbench CLIENTS SECONDS [SCRIPTS]: a turn of pgbench. Its connections are new, so they plan and touch memory for the first time
# in the first $settle seconds, which do not count; the engine's connections are old by then. Sets orders, tps and pgbench_cpu; latencies
# go to $work/sorted.
run_pgbench() {
  local kind=${3:-function} begin before client_before
  rm -f "$work"/latencies.*
  # Generic plans: the sizes of arrays make no difference to the plans, and planning each call anew would cost this side a quarter.
  PGOPTIONS='-c plan_cache_mode=force_generic_plan' start_load pgbench -n -M prepared -c "$1" -j "$threads" \
    -T "$((settle + $2))" -l --log-prefix="$work/latencies" -D "products=$products" -D "product_version=$product_version" \
    -f "$work/$kind-1.sql" -f "$work/$kind-2.sql" -f "$work/$kind-3.sql" "$yardstick_database"
  sleep "$settle" &
  wait "$!"
  begin=$EPOCHREALTIME
  before=$(cpu)
  client_before=$(ticks "$load_pid")
  finish_load pgbench
  awk -v begin="$begin" '$5 + $6 / 1e6 >= begin { print $3 }' "$work"/latencies.* | sort -n >"$work/sorted"
  orders=$(wc -l <"$work/sorted")
  tps=$(awk -v orders="$orders" -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.2f", orders / (end - begin) }')
  pgbench_cpu=$(cpu_json "$before" "$(cpu)" pgbench \
    "$(awk -v all="$(<"$work/load.cpu")" -v before="$client_before" -v hz="$ticks_per_second" 'BEGIN { print all - before / hz }')" "$orders")
}

# The best client count for one order at a time, and whether place_orders() with arrays of one is faster than the function.
best_clients() {
  local count kind best=0
  for kind in function batch-of-one; do
    for count in $clients; do
      run_pgbench "$count" "$probe" "$kind"
      say "pgbench, $kind, $count clients: $tps orders/s"
      echo "{\"statement\":\"$kind\",\"clients\":$count,\"orders_per_s\":$tps}" >>"$work/probes.lines"
      if awk -v a="$tps" -v b="$best" 'BEGIN { exit !(a > b) }'; then
        best=$tps pgbench_clients=$count pgbench_kind=$kind
      fi
    done
  done
  jq -cs . "$work/probes.lines" >"$work/probes"
}

# pgbench_turn SECONDS: one turn of the yardstick, as JSON.
pgbench_turn() {
  run_pgbench "$pgbench_clients" "$1" "$pgbench_kind"
  jq -cn --argjson tps "$tps" --argjson orders "$orders" --argjson failed "$(failed_transactions)" --arg kind "$pgbench_kind" \
    --argjson clients "$pgbench_clients" --argjson latencies "$(latencies_json "$work/sorted")" --argjson cpu "$pgbench_cpu" '
    {side: "pgbench", orders_per_s: $tps} + $latencies +
    {statement: $kind, clients: $clients, failures: {failed: $failed}, created_in_database: $orders, cpu_us_per_order: $cpu}'
}

failed_transactions() { awk '/^number of failed transactions/ { failed = $5 + 0; exit } END { print failed + 0 }' "$work/load"; }

latencies_json() {
  awk '{ us[NR] = $1 }
    END { printf "{\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}\n",
      us[int((NR - 1) * .5) + 1] / 1e3, us[int((NR - 1) * .95) + 1] / 1e3, us[int((NR - 1) * .99) + 1] / 1e3, us[NR] / 1e3 }' "$1"
}

# ---- samplers: a JSON line every few seconds, until stopped

sample_backlog() {
  local payments events begin=$EPOCHSECONDS
  while read -r payments events < <(backlog); do
    echo "{\"s\":$((EPOCHSECONDS - begin)),\"payments\":$payments,\"events\":$events}" >>"$1"
    sleep 1
  done
}

sample_memory() {
  local begin=$EPOCHSECONDS
  while true; do
    echo "{\"s\":$((EPOCHSECONDS - begin)),\"heap_used\":$(metric jvm_memory_used_bytes 'area="heap"'),\"live\":$(metric jvm_gc_live_data_size_bytes),\"after_gc_ratio\":$(metric jvm_memory_usage_after_gc),\"rss\":$(awk '/^VmRSS/ { print $2 * 1024 }' "/proc/$engine_pid/status")}" >>"$1"
    sleep 5
  done
}

# What was run, where, so that a result can be read later.
settings() {
  jq -cn --arg mode "$mode" --arg rounds "$rounds" --arg turn "$turn" --arg warmup "$warmup" --arg connections "$connections" \
    --arg threads "$threads" --arg products "$products" --arg xmx "$xmx" --arg drain "${drain:-no}" \
    --arg cpus "$(nproc)" --arg load "$(cut -d' ' -f1 /proc/loadavg)" --arg at "$(date -u +%FT%TZ)" \
    --arg commit "$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)" \
    --arg postgres "$(query postgres 'SHOW server_version')" --arg fsync "$(query postgres 'SHOW fsync')" \
    --arg commits "$(query postgres 'SHOW synchronous_commit')" --arg sink "$sqs_sink" '
    {mode: $mode, at: $at, commit: $commit, cpus: ($cpus | tonumber), load_average_at_end: ($load | tonumber), rounds: ($rounds | tonumber),
     turn_s: ($turn | tonumber), warmup_s: ($warmup | tonumber), connections: ($connections | tonumber),
     wrk_threads: ($threads | tonumber), products: ($products | tonumber), xmx: $xmx, waits_for_backlog: ($drain == "yes"),
     sqs: (if $sink == "" then "ElasticMQ" else "sink" end),
     postgres: $postgres, fsync: $fsync, synchronous_commit: $commits}'
}
