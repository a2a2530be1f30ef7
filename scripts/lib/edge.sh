# shellcheck shell=bash
# CloudFront: the distribution names the release that it serves, so that caches and logs tell releases apart; the configuration
# before each change is kept in S3, under the release that it belonged to, and a rollback restores it.

edge_used() { [[ ${setting[CLOUDFRONT_DISTRIBUTION]:-} ]]; }

edge_key() { echo "s3://${setting[CLOUDFRONT_BUCKET]}/cloudfront/${option[env]}/$1.json"; }

# edge_release VERSION PREVIOUS: keeps the configuration as PREVIOUS's, then names VERSION. Repeating it changes nothing.
edge_release() {
  edge_used || return 0
  local current=$work/edge.json wanted=$work/edge-wanted.json
  quietly_to "$current" aws cloudfront get-distribution-config --id "${setting[CLOUDFRONT_DISTRIBUTION]}" || return 1
  jq --arg version "$1" '.DistributionConfig
    | .Comment = "order-engine " + $version
    | .Origins.Items |= map(.CustomHeaders = {Quantity: 1, Items: [{HeaderName: "X-Engine-Release", HeaderValue: $version}]})' \
    "$current" >"$wanted"
  if jq -e --slurpfile wanted "$wanted" '.DistributionConfig == $wanted[0]' "$current" >/dev/null; then
    say "CloudFront names $1 already"
    return 0
  fi
  [[ -z ${2:-} ]] || edge_keep "$current" "$2" || return 1
  edge_apply "$wanted" "$(jq -r .ETag "$current")"
}

# edge_restore VERSION: the configuration kept for it; where none was kept, the present one is made to name it.
edge_restore() {
  edge_used || return 0
  local kept=$work/edge-kept.json current=$work/edge.json
  if ! quietly aws s3 cp "$(edge_key "$1")" "$kept"; then
    warn "no configuration of CloudFront was kept for $1"
    edge_release "$1" ''
    return
  fi
  quietly_to "$current" aws cloudfront get-distribution-config --id "${setting[CLOUDFRONT_DISTRIBUTION]}" || return 1
  edge_apply "$kept" "$(jq -r .ETag "$current")"
}

edge_keep() {
  jq .DistributionConfig "$1" >"$work/edge-keep.json"
  change aws s3 cp "$work/edge-keep.json" "$(edge_key "$2")"
}

# The ETag makes the update fail when somebody else changed the distribution in between.
edge_apply() {
  change aws cloudfront update-distribution --id "${setting[CLOUDFRONT_DISTRIBUTION]}" --if-match "$2" --distribution-config "file://$1" || return 1
  change aws cloudfront create-invalidation --distribution-id "${setting[CLOUDFRONT_DISTRIBUTION]}" --paths '/api/v1/docs*' '/api/v1/openapi.yaml'
}

quietly_to() {
  local file=$1
  shift
  log_line "+ $*"
  "$@" >"$file" 2>>"$log"
}
