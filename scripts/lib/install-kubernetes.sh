# shellcheck shell=bash
# install.sh for Kubernetes: applies the environment's overlay. What deployments decide (the live colour, images, replicas) is
# taken from the cluster first, so that applying never undoes a deployment.

install_target() {
  local manifests=$work/manifests.json
  need_setting NAMESPACE
  step render "deploy/kubernetes/overlays/${option[env]}"
  kubectl kustomize "$root/deploy/kubernetes/overlays/${option[env]}" >"$work/overlay.yaml" 2>>"$log" || fail "the overlay has faults: $(tail -n 1 "$log")"
  kubectl create --dry-run=client --validate=false -o json -f "$work/overlay.yaml" >"$manifests" 2>>"$log" || fail "the overlay cannot be read: $(tail -n 1 "$log")"
  step keep "what deployments decided"
  cluster get service/order-engine deployment/order-engine-blue deployment/order-engine-green --ignore-not-found -o json >"$work/present.json" 2>>"$log" ||
    fail "${setting[NAMESPACE]} is not reachable"
  [[ -s $work/present.json ]] || echo '{"items": []}' >"$work/present.json"
  keep_decisions "$manifests" "$work/present.json" >"$work/apply.json"
  step apply "to ${setting[NAMESPACE]}"
  change cluster apply -f "$work/apply.json" || fail "not applied: $(tail -n 1 "$log")"
}

# keep_decisions MANIFESTS PRESENT
keep_decisions() {
  jq --slurpfile present "$2" '
    def present($kind; $name): [$present[0].items[]? | select(.kind == $kind and .metadata.name == $name)][0];
    def keep:
      present(.kind; .metadata.name) as $there
      | if $there == null then .
        elif .kind == "Service" then
          .spec.selector = $there.spec.selector
          | .metadata.annotations = ((.metadata.annotations // {}) + (($there.metadata.annotations // {}) | with_entries(select(.key | startswith("order-engine/")))))
        elif .kind == "Deployment" then
          .spec.replicas = $there.spec.replicas
          | .spec.template.spec.containers[0].image = $there.spec.template.spec.containers[0].image
          | .spec.template.metadata.labels = (.spec.template.metadata.labels + ($there.spec.template.metadata.labels // {}))
        else . end;
    if .kind == "List" then .items |= map(keep) else keep end' "$1"
}
