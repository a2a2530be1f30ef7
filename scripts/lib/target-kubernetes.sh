# shellcheck shell=bash
# Kubernetes: a Deployment for each colour, and one Service whose selector names the live one. The Service's annotations record the
# live version and the one before; the selector and they change in one patch, which fails when somebody else was faster.

target_tools=(kubectl curl jq flock)

cluster() { kubectl ${setting[KUBE_CONTEXT]:+--context "${setting[KUBE_CONTEXT]}"} --namespace "${setting[NAMESPACE]}" "$@"; }

target_check() {
  need_setting NAMESPACE IMAGE
  cluster get deployment order-engine-blue order-engine-green -o name >>"$log" 2>&1 ||
    fail "${setting[NAMESPACE]} is not reachable or lacks the Deployments (scripts/install.sh makes them)"
}

target_state() {
  cluster get service order-engine -o json >"$work/service" 2>>"$log" || fail "the Service order-engine of ${setting[NAMESPACE]} cannot be read"
  live_colour=$(jq -r '.spec.selector.colour | select(. == "blue" or . == "green")' "$work/service")
  live_version=$(jq -r '.metadata.annotations["order-engine/version"] // ""' "$work/service")
  previous_version=$(jq -r '.metadata.annotations["order-engine/previous"] // ""' "$work/service")
}

target_lock() { :; } # the patch of the switch tests what is live

target_settle() { :; } # record and switch are one patch

# target_publish VERSION: builds the image, pushes it, and refuses what the registry's scan finds critical.
target_publish() {
  image=${option[image]:-${setting[IMAGE]}:$1}
  if [[ -z ${option[image]:-} ]]; then
    publish_image "$1" "$image"
  fi
  refuse_critical_findings "${image##*:}"
}

target_place() { # COLOUR VERSION
  local patch
  [[ ${image:-} ]] || image=${setting[IMAGE]}:$2
  patch=$(jq -cn --arg image "$image" --arg version "$2" '
    {metadata: {annotations: {"order-engine/version": $version}},
     spec: {template: {metadata: {labels: {"app.kubernetes.io/version": $version}}, spec: {containers: [{name: "engine", image: $image}]}}}}')
  change cluster patch deployment "order-engine-$1" --type=strategic --patch "$patch"
}

target_start() {
  change cluster scale deployment "order-engine-$1" --replicas="${setting[REPLICAS]}" &&
    change cluster rollout status deployment "order-engine-$1" --timeout="${setting[ROLLOUT_SECONDS]}s"
}

target_stop() { change cluster scale deployment "order-engine-$1" --replicas=0; }

# An image stays in the registry until cleanup.sh removes it.
target_has() { [[ -z ${setting[ECR_REPOSITORY]:-} ]] || ecr_tags | grep -qxF -- "$1"; }

target_why() {
  cluster get pods -l "app.kubernetes.io/name=order-engine,colour=$1" -o wide >>"$log" 2>&1 || true
  cluster logs -l "app.kubernetes.io/name=order-engine,colour=$1" --tail=40 --prefix >>"$log" 2>&1 || true
}

target_members() { # the pods that are to serve
  cluster get pods -l "app.kubernetes.io/name=order-engine,colour=$1" -o json 2>>"$log" |
    jq -r '.items[] | select(.metadata.deletionTimestamp == null) | .metadata.name'
}

# By the API server's proxy: no shell in the image, no port opened. The time includes the API server's.
target_read() { cluster get --raw "/api/v1/namespaces/${setting[NAMESPACE]}/pods/$2:$(pod_port "$3")/proxy$3" 200>&-; }

target_probe() {
  local count=$4 begun status
  while ((count-- > 0)); do
    begun=$(seconds) status=200
    target_read "$1" "$2" "$3" >/dev/null || status=503
    awk -v status="$status" -v a="$begun" -v b="$(seconds)" 'BEGIN { print status, b - a }'
  done
}

pod_port() { case $1 in /health/* | /metrics) echo 8081 ;; *) echo 8080 ;; esac }

target_switch() { # COLOUR VERSION PREVIOUS
  local patch
  [[ ${3:-} != - ]] || set -- "$1" "$2" ''
  patch=$(jq -c --arg colour "$1" --arg version "$2" --arg previous "${3:-}" '
    [{op: "test", path: "/metadata/resourceVersion", value: .metadata.resourceVersion},
     {op: "replace", path: "/spec/selector/colour", value: $colour},
     {op: "add", path: "/metadata/annotations/order-engine~1version", value: $version},
     {op: "add", path: "/metadata/annotations/order-engine~1previous", value: $previous}]' "$work/service")
  change cluster patch service order-engine --type=json --patch "$patch" || return 1
  dry_run || target_state
}

target_answers() { return 1; } # the pods' readiness is watched; clients' errors are the alerts' business

# Clients keep their connections to the old pods; those close as the pods stop, after what is under way.
target_drain() { dry_run || sleep "${DRAIN_PAUSE:-5}"; }

target_running() {
  local replicas
  replicas=$(cluster get deployment "order-engine-$1" -o 'jsonpath={.spec.replicas}' 2>>"$log") || return 1
  ((${replicas:-0} > 0))
}

target_in_use() {
  cluster get deployment order-engine-blue order-engine-green -o json 2>>"$log" |
    jq -r '.items[].spec.template.spec.containers[] | select(.name == "engine") | .image | sub("^.*:"; "")'
}

target_releases() { ecr_tags; }

target_remove() { change aws ecr batch-delete-image --repository-name "${setting[ECR_REPOSITORY]}" --image-ids "imageTag=$1"; }

target_tidy() { :; }

# shellcheck source-path=SCRIPTDIR source=images.sh
source "$root/scripts/lib/images.sh"
