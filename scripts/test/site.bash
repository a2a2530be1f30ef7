# shellcheck shell=bash
# A pretended site for the tests: hosts a and b and the balancer lb as folders, everything outside as stubs that record.

setup() {
  REPOSITORY=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  SITE=$BATS_TEST_TMPDIR/site
  CALLS=$BATS_TEST_TMPDIR/calls
  ORDER_ENGINE_LOGS=$BATS_TEST_TMPDIR/logs
  export REPOSITORY SITE CALLS ORDER_ENGINE_LOGS DRAIN_PAUSE=0 PACKAGE=true
  PATH=$BATS_TEST_DIRNAME/stubs:$PATH
  mkdir -p "$SITE" "$BATS_TEST_TMPDIR/made"
  touch "$CALLS"
  unset GITHUB_ACTOR SUDO_USER
  conf=$BATS_TEST_TMPDIR/test.conf
}

host_site() {
  local name
  for name in a b; do
    mkdir -p "$SITE/$name/opt/releases" "$SITE/$name/etc"
    printf 'ENGINE_HTTP_PORT=8080\nENGINE_HTTP_MANAGEMENT_PORT=8081\n' >"$SITE/$name/etc/blue.env"
    printf 'ENGINE_HTTP_PORT=8180\nENGINE_HTTP_MANAGEMENT_PORT=8181\n' >"$SITE/$name/etc/green.env"
  done
  mkdir -p "$SITE/lb"
  echo 'live none' >"$SITE/lb/live.map"
  printf '%s\n' TARGET=host 'APP_HOSTS=a b' BALANCER=lb WATCH_SECONDS=1 PROBES=5 "$@" >"$conf"
}

cluster_site() {
  printf '%s\n' TARGET=kubernetes NAMESPACE=shop IMAGE=registry/engine REPLICAS=2 WATCH_SECONDS=1 PROBES=2 P95_LIMIT_MS=9000 ECR_REPOSITORY=engine IMAGE_BUILDER=true "$@" >"$conf"
  echo '{"kind":"Service","metadata":{"name":"order-engine","resourceVersion":"7","annotations":{}},"spec":{"selector":{"colour":"none"}}}' >"$SITE/service.json"
  local colour
  for colour in blue green; do
    echo '{"kind":"Deployment","metadata":{"name":"order-engine-'"$colour"'"},"spec":{"replicas":0,"template":{"metadata":{"labels":{}},"spec":{"containers":[{"name":"engine","image":"registry/engine:none"}]}}}}' >"$SITE/$colour.json"
  done
}

cloud_run_site() {
  printf '%s\n' TARGET=cloud-run GCLOUD_PROJECT=p GCLOUD_REGION=r IMAGE=registry/engine IMAGE_BUILDER=true WATCH_SECONDS=1 PROBES=2 "$@" >"$conf"
  echo '[]' >"$SITE/traffic.json"
}

# release VERSION [FILE...]: a release, with files that make it misbehave.
release() {
  local folder=$BATS_TEST_TMPDIR/made/$1
  mkdir -p "$folder"
  (cd "$folder" && touch order-engine.jar jvm.options "${@:2}" && echo "$1" >order-engine.jar)
  tar -C "$folder" --mtime=@0 -czf "$BATS_TEST_TMPDIR/made/$1.tar.gz" .
}

run_script() { # NAME ARGUMENT...
  local name=$1
  shift
  run "$REPOSITORY/scripts/$name.sh" --env staging --config "$conf" "$@"
}

deploy() { # VERSION [FILE...]: makes the release and deploys it
  release "$@"
  run_script deploy --version "$1" --artefact "$BATS_TEST_TMPDIR/made/$1.tar.gz"
}

state() { tr '\n' ' ' <"$SITE/lb/live.map"; }
active() { (cd "$SITE" && find . -name '*.active' | sort | sed 's|^\./||' | tr '\n' ' '); }

# Some steps end in a status of their own; this says what was found.
says() { [[ $output == *"$1"* ]] || { echo "not said: $1"$'\n'"$output" && return 1; }; }
exits() { [[ $status == "$1" ]] || { echo "exit $status, expected $1"$'\n'"$output"$'\n'"$(cat "$ORDER_ENGINE_LOGS"/*.log)" && return 1; }; }
is() { [[ $1 == "$2" ]] || { echo "found: $1"$'\n'"expected: $2" && return 1; }; }
called() { grep -qF -- "$1" "$CALLS" || { echo "not called: $1" && cat "$CALLS" && return 1; }; }
not_called() { ! grep -F -- "$1" "$CALLS"; }
