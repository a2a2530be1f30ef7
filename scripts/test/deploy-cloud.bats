#!/usr/bin/env bats
# The same scripts on Kubernetes and Cloud Run, with recording kubectl, gcloud and aws.
load site.bash

cluster_deploy() { run_script deploy --version "$1" --image "registry/engine:$1"; }
live() { jq -r '[.spec.selector.colour, .metadata.annotations["order-engine/version"], .metadata.annotations["order-engine/previous"]] | join(" ")' "$SITE/service.json"; }
replicas() { jq -r .spec.replicas "$SITE/blue.json" "$SITE/green.json" | tr '\n' ' '; }

@test "kubernetes: deploy, deploy, roll back, roll back again" {
  cluster_site
  cluster_deploy 1.0.0
  exits 0
  is "$(live)" 'blue 1.0.0 '
  is "$(replicas)" '2 0 '
  cluster_deploy 2.0.0
  exits 0
  is "$(live)" 'green 2.0.0 1.0.0'
  is "$(replicas)" '0 2 '
  echo '{"imageDetails":[{"imageTags":["1.0.0"],"imagePushedAt":1}]}' >"$SITE/images.json"
  run_script rollback
  exits 0
  is "$(live)" 'blue 1.0.0 '
  is "$(replicas)" '2 0 '
  run_script rollback
  exits 2
}

@test "kubernetes: a version that does not roll out is refused" {
  cluster_site
  cluster_deploy 1.0.0
  cluster_deploy broken
  exits 1
  says 'refused: broken did not become ready; 1.0.0 serves on'
  is "$(live)" 'blue 1.0.0 '
  is "$(replicas)" '2 0 '
}

@test "kubernetes: a version that fails once it is live is rolled back" {
  cluster_site
  cluster_deploy 1.0.0
  cluster_deploy fails-when-live
  exits 1
  says 'was rolled back; 1.0.0 serves'
  is "$(live)" 'blue 1.0.0 '
  is "$(replicas)" '2 0 '
}

@test "kubernetes: a switch that somebody else was faster with fails and changes nothing" {
  cluster_site
  cluster_deploy 1.0.0
  (
    until [[ $(jq .spec.replicas "$SITE/green.json") == 2 ]]; do /bin/sleep 0.01; done
    jq '.metadata.resourceVersion = "99"' "$SITE/service.json" >"$SITE/s" && mv "$SITE/s" "$SITE/service.json"
  ) &
  cluster_deploy 2.0.0
  exits 1
  is "$(live)" 'blue 1.0.0 '
}

@test "kubernetes: an image with critical findings is refused before it is placed" {
  cluster_site
  echo 2 >"$SITE/findings"
  cluster_deploy 1.0.0
  exits 1
  says 'has 2 critical findings'
  not_called 'kubectl --namespace shop patch'
}

@test "kubernetes: an image is built and pushed where none is named" {
  cluster_site
  sed -i s/IMAGE_BUILDER=true/IMAGE_BUILDER=recorder/ "$conf"
  printf '#!/bin/sh\necho "recorder $*" >>"$CALLS"\n' >"$BATS_TEST_TMPDIR/recorder"
  chmod +x "$BATS_TEST_TMPDIR/recorder"
  PATH=$BATS_TEST_TMPDIR:$PATH run_script deploy --version 1.0.0
  exits 0
  called 'recorder build --build-arg VERSION=1.0.0'
  called 'recorder push registry/engine:1.0.0'
}

@test "kubernetes: a dry run changes nothing" {
  cluster_site
  run_script deploy --dry-run --version 1.0.0 --image registry/engine:1.0.0
  exits 0
  not_called ' patch '
  not_called ' scale '
}

@test "kubernetes: an unreachable cluster is an error" {
  cluster_site
  touch "$SITE/cluster.unreachable"
  cluster_deploy 1.0.0
  exits 1
  run_script cleanup
  exits 1
  not_called 'batch-delete-image'
}

@test "kubernetes: cleanup removes old images, never what a colour or the record names" {
  cluster_site
  cluster_deploy 1
  cluster_deploy 2
  echo '{"imageDetails":[{"imageTags":["0"],"imagePushedAt":0},{"imageTags":["1"],"imagePushedAt":1},{"imageTags":["2"],"imagePushedAt":2},{"imageTags":["3"],"imagePushedAt":3}]}' >"$SITE/images.json"
  run_script cleanup --keep 1
  exits 0
  called 'imageTag=0'
  called 'imageTag=3'
  not_called 'delete-image --repository-name engine --image-ids imageTag=1'
  not_called 'delete-image --repository-name engine --image-ids imageTag=2'
}

@test "kubernetes: install keeps what deployments decided" {
  cluster_site
  cluster_deploy 1.0.0
  cp "$SITE/service.json" "$SITE/manifest-service"
  jq -n '{kind: "List", items: [
    {kind: "Service", metadata: {name: "order-engine", annotations: {"order-engine/version": ""}}, spec: {selector: {colour: "none"}}},
    {kind: "Deployment", metadata: {name: "order-engine-blue"}, spec: {replicas: 0, template: {metadata: {labels: {}}, spec: {containers: [{name: "engine", image: "none"}]}}}},
    {kind: "ConfigMap", metadata: {name: "x"}}]}' >"$BATS_TEST_TMPDIR/manifests"
  work=$BATS_TEST_TMPDIR
  source "$REPOSITORY/scripts/lib/install-kubernetes.sh"
  jq -s '{items: .}' "$SITE/service.json" "$SITE/blue.json" >"$work/present"
  keep_decisions "$work/manifests" "$work/present" >"$work/kept"
  is "$(jq -c '[.items[0].spec.selector.colour, .items[0].metadata.annotations["order-engine/version"], .items[1].spec.replicas, .items[1].spec.template.spec.containers[0].image]' "$work/kept")" \
    '["blue","1.0.0",2,"registry/engine:1.0.0"]'
}

run_deploy() { run_script deploy --version "$1" --image "registry/engine:$1"; }
traffic() { jq -r '[.[] | select(.percent == 100) | .revisionName][0] // "none"' "$SITE/traffic.json"; }

@test "cloud run: deploy, deploy, roll back, roll back again, clean up" {
  cloud_run_site
  run_deploy 1.0.0
  exits 0
  is "$(traffic)" order-engine-v1-0-0
  run_deploy 2.0.0
  exits 0
  is "$(traffic)" order-engine-v2-0-0
  run_script rollback
  exits 0
  is "$(traffic)" order-engine-v1-0-0
  run_script rollback
  exits 2
  run_deploy 3.0.0
  exits 0
  run_script cleanup --keep 1
  exits 0
  is "$(traffic)" order-engine-v3-0-0
  [[ -e $SITE/revision-order-engine-v1-0-0 && ! -e $SITE/revision-order-engine-v2-0-0 ]]
}

@test "cloud run: a version that does not start, and one that fails when live" {
  cloud_run_site
  run_deploy 1.0.0
  run_deploy broken
  exits 1
  is "$(traffic)" order-engine-v1-0-0
  run_deploy fails-when-live
  exits 1
  says 'was rolled back; 1.0.0 serves'
  is "$(traffic)" order-engine-v1-0-0
}
