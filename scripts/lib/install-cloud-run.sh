# shellcheck shell=bash
# install.sh for Cloud Run: makes the service from deploy/cloudrun/service.yaml where there is none. One that is there belongs to
# deployments: replacing it would undo their traffic.

install_target() {
  need_setting GCLOUD_PROJECT GCLOUD_REGION SERVICE
  step service "${setting[SERVICE]}"
  if run_services describe --format json >>"$log" 2>&1; then
    say "${setting[SERVICE]} is there"
    return
  fi
  change gcloud run services replace "$root/deploy/cloudrun/service.yaml" --project "${setting[GCLOUD_PROJECT]}" --region "${setting[GCLOUD_REGION]}" --quiet ||
    fail "the service could not be made: $(tail -n 1 "$log")"
}
