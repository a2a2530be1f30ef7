#!/usr/bin/env bash
# Load test of the rate limits: one customer floods two engines that share a Redis. Prints one JSON document: how many of his requests were
# taken against how many may be (the bucket, and what comes back in the time), and what the limits cost a caller who stays below his:
# requests/s with limits against without, in turns. Progress goes to stderr. Exit code 1 if more than 102 % of what may be was taken.
#
# Usage: load-tests/limits.sh [SECONDS]     length of a turn (default 15)
#
# Needs: java, Maven (variable MVN, default mvn), target/order-engine.jar, curl, jq, wrk.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source-path=SCRIPTDIR source=bench/lib.sh
source "$here/bench/lib.sh"

if [[ ${1:-} == --help ]]; then
  sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
  exit
fi
turn=${1:-15}
rounds=3
reads_per_second=50 reads_burst=100 # as conf/application.yaml has them
env_file=$root/target/dev.env
work=$(mktemp -d)
logs=$root/target/bench
# shellcheck disable=SC2034 # lib.sh stops them
started=()
# shellcheck disable=SC2034 # read by start_engine
xmx=256m jfr='' sqs_sink=''
mkdir -p "$logs"
need curl jq wrk
trap clean_up EXIT
trap 'exit 130' INT TERM

first=${ENGINE_HTTP_PORT:-8080}
second=$((first + 2))
# engine PORT ENABLED: with limits, those of staff out of reach, or without
engine() {
  {
    cat "$root/target/dev.env"
    printf 'export %s\n' "ENGINE_RATE_LIMITS_ENABLED=$2" ENGINE_RATE_LIMITS_STAFF_PER_SECOND=1000000 ENGINE_RATE_LIMITS_STAFF_BURST=1000000 \
      "ENGINE_HTTP_PORT=$1" "ENGINE_HTTP_MANAGEMENT_PORT=$(($1 + 1))"
  } >"$work/env-$1"
  env_file=$work/env-$1 ENGINE_HTTP_PORT=$1 start_engine
}

# flood PORT TOKEN: "requests refused requests/s"
flood() {
  wrk -t1 -c8 -d"$turn" -H "Authorization: Bearer $2" "http://127.0.0.1:$1/api/v1/products/sku-0001" |
    awk '/requests in/ { all = $1 } /Non-2xx/ { refused = $NF } /Requests\/sec/ { rate = $2 } END { print all, refused + 0, rate }'
}

start_services
engine "$first" true
engine "$second" true
# shellcheck source=/dev/null
source "$env_file"

say "a customer floods both engines for $turn s"
flood "$first" "$TOKEN_CUSTOMER" >"$work/first" &
flood "$second" "$TOKEN_CUSTOMER" >"$work/second"
wait $!
read -r all refused _ < <(paste "$work/first" "$work/second" | awk '{ print $1 + $4, $2 + $5, 0 }')

stop_engine
engine "$second" false
say 'a caller below his limit, with and without limits, in turns'
for ((i = 0; i <= rounds; i++)); do # the first is the warm-up
  read -r _ bad with < <(flood "$first" "$TOKEN_SERVICE")
  read -r _ worse without < <(flood "$second" "$TOKEN_SERVICE")
  ((bad + worse == 0)) || fail 'a caller below his limit was refused'
  if ((i > 0)); then echo "$with $without"; fi
done >"$work/turns"

jq -n --argjson all "$all" --argjson refused "$refused" --argjson may "$((reads_burst + reads_per_second * turn))" --rawfile turns "$work/turns" '
  def median: sort | .[length / 2 | floor];
  ($turns | split("\n") | map(select(. != "") | split(" ") | map(tonumber))) as $t |
  {engines: 2, requests: $all, taken: ($all - $refused), may_be_taken: $may, taken_ratio: (($all - $refused) / $may),
   with_limits_per_second: ($t | map(.[0]) | median), without_per_second: ($t | map(.[1]) | median), cost_ratio: ($t | map(.[0] / .[1]) | median)}' |
  tee "$work/result"
jq -e '.taken_ratio <= 1.02' "$work/result" >/dev/null
