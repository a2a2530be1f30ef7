#!/usr/bin/env bash
# 5,000 event streams and 5,000 held calls on one engine with its usual limits: memory, latency of orders placed beside them, whether
# each watcher is told of a change, and what becomes of clients that stop reading. Starts the development servers and the engine, prints
# one JSON document, and stops what it started. Exit code 1 if something that was promised did not hold: see "broken".
#
# Usage: load-tests/crowd.sh [--watchers N] [--hold SECONDS] [--xmx SIZE] [--out FILE]
#
#   --watchers N        so many streams and so many held calls, in hundreds (default 5000, which is http.max_streams)
#   --hold SECONDS      how long they are watched with nothing but single orders beside them (default 40)
#   --xmx SIZE          heap of the engine (default 384m, which fits a container of 1 GiB)
#   --out FILE          also write the JSON there
#
# Needs: a JDK, Maven (variable MVN, default mvn), curl, jq, psql, ss, and 12,000 open files a process (it raises its soft limit).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source-path=SCRIPTDIR source=bench/lib.sh
source "$here/bench/lib.sh"

watchers=5000 hold=40 xmx=384m out=''
# shellcheck disable=SC2034 # for lib.sh
env_file=$root/target/dev.env products=100 threads=1

while (($# > 0)); do
  case $1 in
    --help | -h)
      sed -n '2,/^set -euo/{/^set -euo/d;s/^#\( \|$\)//p}' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    --watchers | --hold | --xmx | --out)
      (($# > 1)) || fail "$1 needs a value"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done

files=$((2 * watchers + 2000))
ulimit -Sn "$files" || fail "the hard limit of open files is below $files: ulimit -Hn"
need curl jq psql java ss
work=$(mktemp -d)
logs=$root/target/bench
mkdir -p "$logs"
started=()
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_services
start_engine
use_servers
say "$watchers streams, $watchers held calls"
export ENGINE_PID=$engine_pid WATCHERS=$watchers HOLD_SECONDS=$hold TOKEN_SERVICE
status=0
(cd "$root" && "${MVN:-mvn}" -q exec:java -Dexec.mainClass=dev.orderengine.crowd.CrowdProof -Dexec.classpathScope=test) \
  >"$work/figures" 2>"$logs/crowd.log" || status=$?
[[ -s $work/figures ]] || fail "no figures: $(head -n 5 "$logs/crowd.log")"
jq --argjson settings "$(jq -n --arg xmx "$xmx" --argjson watchers "$watchers" --arg cpus "$(nproc)" \
  --arg commit "$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)" '$ARGS.named')" \
  '{settings: $settings} + .' "$work/figures" >"$work/result"
cat "$work/result"
if [[ -n $out ]]; then cp "$work/result" "$out"; fi
exit "$status"
