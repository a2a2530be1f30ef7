#!/usr/bin/env bash
# Asks a real Prometheus, which scrapes a real engine at work, for every query of every dashboard, and runs every command of the
# runbooks: a query without an answer, or a command that fails, is an error. Grafana itself is not started: not rendered in Grafana.
#
#   deploy/observability/proof/dashboards.sh
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib.sh
. "$(dirname "$0")/lib.sh"
need prometheus prometheus-alertmanager promtool amtool jq psql pg_isready socat curl
failed=0

trap 'stop_all; rm -rf "$work"' EXIT
build
start_services
# shellcheck disable=SC1091 # written by the services
. "$root/target/dev.env"
start_relay
start_engine
start_prometheus
background alertmanager.log prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/alertmanager" \
  --web.listen-address="127.0.0.1:$alertmanager_port" --cluster.listen-address=
for i in 1 2; do
  background "traffic$i.log" "$here/proof/traffic.sh" "$base" "$tokens"
done
say "working for ${SECONDS_OF_WORK:=40} s"
sleep "$SECONDS_OF_WORK"

# Whether a query has an answer that is a number: a ratio of nothing is none.
answered() { # expression
  curl -sf "$prometheus/api/v1/query" --data-urlencode "query=${1//\$__rate_interval/15s}" |
    jq -e '[.data.result[].value[1] | select(. != "NaN")] | length > 0' >/dev/null
}

queries=0
for file in "$here"/grafana/dashboards/*.json; do
  while IFS=$'\t' read -r panel expression; do
    queries=$((queries + 1))
    answered "$expression" || { echo "NO DATA: $(basename "$file"), $panel: $expression"; failed=1; }
  done < <(jq -r '.panels[] | .title as $title | .targets[]? | [$title, .expr] | @tsv' "$file")
done
echo "$queries queries of $(find "$here/grafana/dashboards" -name '*.json' | wc -l) dashboards asked (not rendered in Grafana)"

traces=$(curl -sf "$prometheus/api/v1/query_exemplars" --data-urlencode 'query=http_server_requests_seconds_bucket' \
  --data-urlencode "start=$(($(date +%s) - 60))" --data-urlencode "end=$(date +%s)" | jq '[.data[].exemplars[].labels.trace_id] | unique | length')
echo "exemplars lead to $traces traces"
[ "$traces" -gt 0 ] || failed=1

export MGMT=$management PROM=$prometheus ALERTMANAGER=http://localhost:$alertmanager_port PGPASSWORD=$ENGINE_DATABASE_MIGRATION_PASSWORD
export DATABASE_URL=postgresql://$ENGINE_DATABASE_MIGRATION_USER@localhost:$DEV_POSTGRES_PORT/$ENGINE_DATABASE_NAME
TOKEN=$(curl -sf "$tokens/dev/token?role=operator")
export API=$base/api/v1 TOKEN
commands=0
cd "$root"
for file in docs/runbooks/*.md; do
  while IFS= read -r command; do
    commands=$((commands + 1))
    output=$(bash -o pipefail -c "$command" 2>&1) || case $command in
      # What matches nothing now is an answer too.
      *'| grep -E '*) [ -z "$output" ] || { echo "$file: $command: $output"; failed=1; } ;;
      *) echo "$file: $command: $output"; failed=1 ;;
    esac
  # A command may go on in the next line.
  done < <(awk '/^ *```/ { inside = /```sh$/; next } inside { if (sub(/\\$/, "")) held = held $0; else { print held $0; held = "" } }' "$file")
done
echo "$commands commands of the runbooks run"
exit "$failed"
