# shellcheck shell=bash
# Images: built, pushed, scanned, listed. For the targets that run them.

# publish_image VERSION REFERENCE
publish_image() {
  local builder=${setting[IMAGE_BUILDER]}
  need_tools "$builder"
  change "${PACKAGE:-$root/scripts/lib/package.sh}" "$1" "$root/target/releases/order-engine.tar.gz" || fail "the build failed: $(tail -n 3 "$log")"
  change "$builder" build --build-arg "VERSION=$1" --build-arg "REVISION=$(git -C "$root" rev-parse HEAD)" --tag "$2" "$root" ||
    fail "the image could not be built: $(tail -n 3 "$log")"
  log_in_to_registry "$builder"
  change "$builder" push "$2" || fail "the image could not be pushed: $(tail -n 1 "$log")"
}

# ECR takes a password of some hours, got with the role that this machine has.
log_in_to_registry() { # BUILDER
  if [[ -z ${setting[ECR_REPOSITORY]:-} ]] || dry_run; then return; fi
  need_tools aws
  aws ecr get-login-password 2>>"$log" | "$1" login --username AWS --password-stdin "${setting[IMAGE]%%/*}" >>"$log" 2>&1 ||
    fail "the registry does not let this machine in: $(tail -n 1 "$log")"
}

# refuse_critical_findings TAG: waits for ECR's scan of it.
refuse_critical_findings() {
  local critical
  [[ ${setting[ECR_REPOSITORY]:-} ]] || return 0
  need_tools aws
  change aws ecr wait image-scan-complete --repository-name "${setting[ECR_REPOSITORY]}" --image-id "imageTag=$1" ||
    fail "the scan of image $1 did not complete"
  dry_run && return
  critical=$(aws ecr describe-image-scan-findings --repository-name "${setting[ECR_REPOSITORY]}" --image-id "imageTag=$1" \
    --query 'imageScanFindings.findingSeverityCounts.CRITICAL' --output text 2>>"$log") || fail "the scan of image $1 cannot be read"
  [[ $critical =~ ^(None|0)$ ]] || fail "refused: the scan of image $1 has $critical critical findings"
}

# Oldest first.
ecr_tags() {
  need_setting ECR_REPOSITORY
  aws ecr describe-images --repository-name "${setting[ECR_REPOSITORY]}" --filter tagStatus=TAGGED --output json 2>>"$log" |
    jq -r '.imageDetails | sort_by(.imagePushedAt) | .[].imageTags[]'
}
