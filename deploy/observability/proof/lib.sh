# shellcheck shell=bash disable=SC2034,SC2317 # used by those who source it
# Sourced by prove.sh and dashboards.sh: real servers on ports of their own, and an engine between them.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
started=()

# The first two digits of all ports.
ports=${PROOF_PORTS:-17}
export ENGINE_HTTP_PORT=${ports}180 ENGINE_HTTP_MANAGEMENT_PORT=${ports}181 DEV_POSTGRES_PORT=${ports}532 DEV_REDIS_PORT=${ports}479 \
  DEV_SQS_PORT=${ports}424 DEV_SIMULATOR_PORT=${ports}189 DEV_SMTP_PORT=${ports}125 DEV_TOKEN_PORT=${ports}190
relay_port=${ports}425 prometheus_port=${ports}191 alertmanager_port=${ports}193 webhook_port=${ports}194
base=http://localhost:$ENGINE_HTTP_PORT
management=http://localhost:$ENGINE_HTTP_MANAGEMENT_PORT
tokens=http://localhost:$DEV_TOKEN_PORT
prometheus=http://localhost:$prometheus_port

say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }

need() {
  for command in "$@"; do
    command -v "$command" >/dev/null || { echo "$command is missing" >&2; exit 1; }
  done
}

# A process that ends with the proof. Its id is in $!.
background() { # log, command
  local log=$work/$1
  shift
  "$@" >"$log" 2>&1 &
  started+=($!)
}

children() { pgrep -P "$1" || true; }

stop_all() {
  local pid
  for pid in "${started[@]}"; do
    # shellcheck disable=SC2046 # several ids
    kill $(children "$pid") "$pid" 2>/dev/null || true
  done
  wait 2>/dev/null || true
}

within() { # seconds, command
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.3
  done
}

# PROOF_CLASSPATH names a file with the class path of a build that is there already.
build() {
  if [ -n "${PROOF_CLASSPATH:-}" ]; then
    classpath=$(cat "$PROOF_CLASSPATH")
  else
    (cd "$root" && "${MVN:-mvn}" -q test-compile dependency:build-classpath -Dmdep.outputFile="$work/classpath")
    classpath=$root/target/classes:$root/target/test-classes:$(cat "$work/classpath")
  fi
}

start_services() {
  if curl -s "$tokens" >/dev/null; then
    echo "something serves at $tokens already: another proof?" >&2
    exit 1
  fi
  say "starting PostgreSQL, Redis, ElasticMQ and the payment simulator"
  (cd "$root" && exec java -cp "$classpath" dev.orderengine.dev.DevServer --services-only) >"$work/services.log" 2>&1 &
  started+=($!)
  within 180 curl -sf "$tokens/dev/token?role=admin" || { tail -5 "$work/services.log" >&2; exit 1; }
}

start_engine() {
  say "starting the engine"
  cp "$root"/conf/rules.yaml "$work/rules.yaml"
  (
    cd "$root" || exit
    # shellcheck disable=SC1091 # written by the services
    . target/dev.env
    export ENGINE_SQS_ENDPOINT=http://localhost:$relay_port ENGINE_ORDERS_STOCK_CHECK_INTERVAL=PT1S ENGINE_RULES_FILE=$work/rules.yaml
    exec java -cp "$classpath" dev.orderengine.Main
  ) >>"$work/engine.log" 2>&1 &
  engine=$!
  started+=("$engine")
  within 180 curl -sf "$management/health/ready" || { tail -5 "$work/engine.log" >&2; exit 1; }
}

# The engine reaches SQS through this, so that SQS alone can be away: the simulator lives in the same process.
start_relay() {
  background relay.log socat "TCP-LISTEN:$relay_port,fork,reuseaddr" "TCP:localhost:$DEV_SQS_PORT"
  relay=$!
}

start_prometheus() {
  mkdir -p "$work/targets"
  "$here/render.sh" "$here/proof/windows" "$work"
  sed -i "s|http://alert-router:8080|http://localhost:$webhook_port|" "$work/alertmanager.yml"
  sed -e "s|alertmanager:9093|localhost:$alertmanager_port|" -e 's/_interval: 15s/_interval: 2s/' \
    "$here/prometheus/prometheus.yml" >"$work/prometheus.yml"
  echo "[{ \"targets\": [\"localhost:$ENGINE_HTTP_MANAGEMENT_PORT\"] }]" >"$work/targets/order-engine.json"
  # What was sent before Alertmanager listened would be sent again after a minute.
  background prometheus.log prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --rules.alert.resend-delay=2s \
    --web.listen-address="127.0.0.1:$prometheus_port" --enable-feature=exemplar-storage
  within 30 curl -sf "$prometheus/-/ready" || { tail -5 "$work/prometheus.log" >&2; exit 1; }
}
