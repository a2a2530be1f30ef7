# shellcheck shell=bash
# Cloud Run: each version is a revision; blue and green are tags, and traffic is what makes a revision live. The tag "previous" is the
# record of where a rollback goes.

target_tools=(gcloud curl jq flock)

run_services() {
  gcloud run services "$1" "${setting[SERVICE]}" --project "${setting[GCLOUD_PROJECT]}" --region "${setting[GCLOUD_REGION]}" --quiet "${@:2}"
}

target_check() {
  need_setting GCLOUD_PROJECT GCLOUD_REGION SERVICE IMAGE
  run_services describe --format json >"$work/service" 2>>"$log" || fail "the service ${setting[SERVICE]} cannot be read (scripts/install.sh makes it)"
}

# A revision is named after its version: order-engine-v1-2-0; the label keeps the version as it is written.
revision_of() { echo "${setting[SERVICE]}-v${1//[._]/-}" | tr '[:upper:]' '[:lower:]'; }

target_state() {
  local live previous
  need_setting GCLOUD_PROJECT GCLOUD_REGION SERVICE
  run_services describe --format json >"$work/service" 2>>"$log" || fail "the service ${setting[SERVICE]} cannot be read"
  live=$(jq -r '[.status.traffic[]? | select(.percent == 100) | .revisionName][0] // ""' "$work/service")
  previous=$(jq -r '[.status.traffic[]? | select(.tag == "previous") | .revisionName][0] // ""' "$work/service")
  live_colour=$(jq -r --arg live "$live" '[.status.traffic[]? | select(.revisionName == $live and (.tag == "blue" or .tag == "green")) | .tag][0] // ""' "$work/service")
  live_version=$(version_of "$live")
  previous_version=$(version_of "$previous")
  [[ $live_colour ]] || live_version=''
}

version_of() { # REVISION
  [[ -z $1 ]] || gcloud run revisions describe "$1" --project "${setting[GCLOUD_PROJECT]}" --region "${setting[GCLOUD_REGION]}" \
    --format 'value(metadata.annotations.order-engine-version)' 2>>"$log"
}

target_lock() { :; }
target_settle() { :; }

target_publish() {
  image=${option[image]:-${setting[IMAGE]}:$1}
  [[ ${option[image]:-} ]] || publish_image "$1" "$image"
}

# A new revision gets no traffic, but the tag's address. Placed again, it is only tagged.
target_place() { # COLOUR VERSION
  local revision
  revision=$(revision_of "$2")
  if revisions | grep -qxF -- "$revision"; then
    change run_services update-traffic --update-tags "$1=$revision"
  else
    change gcloud run deploy "${setting[SERVICE]}" --project "${setting[GCLOUD_PROJECT]}" --region "${setting[GCLOUD_REGION]}" --quiet \
      --image "${image:-${setting[IMAGE]}:$2}" --revision-suffix "${revision#"${setting[SERVICE]}-"}" --no-traffic --tag "$1" \
      --update-annotations "order-engine-version=$2"
  fi
}

target_start() { :; } # a revision that does not start is refused by "deploy" itself
target_stop() { :; }  # without traffic it scales to nothing
target_has() { revisions | grep -qxF -- "$(revision_of "$1")"; }
target_why() { gcloud logging read "resource.type=cloud_run_revision AND resource.labels.service_name=${setting[SERVICE]}" --project "${setting[GCLOUD_PROJECT]}" --limit 40 --format json >>"$log" 2>&1 || true; }

target_members() { # the tag's address
  run_services describe --format json 2>>"$log" | jq -r --arg tag "$1" '.status.traffic[]? | select(.tag == $tag) | .url'
}

# The management port is not reachable there: health is asked at the API's, and metrics are not.
target_read() {
  if [[ $3 == /metrics ]]; then
    printf 'engine_build{version="%s"} 1\n' "$(version_of "$(run_services describe --format json 2>>"$log" | jq -r --arg tag "$1" '.status.traffic[]? | select(.tag == $tag) | .revisionName')")"
  else
    curl -sS --max-time 10 -H "Authorization: Bearer $(gcloud auth print-identity-token 2>>"$log")" "$2$3"
  fi
}

target_probe() {
  curl -sS --max-time 10 -o /dev/null -w '%{http_code} %{time_total}\n' -H "Authorization: Bearer $(gcloud auth print-identity-token 2>>"$log")" "$2$3?[1-$4]"
}

target_switch() { # COLOUR VERSION PREVIOUS: traffic and the record in one call
  local tags=''
  if [[ ${3:-} && $3 != - ]]; then tags="previous=$(revision_of "$3")"; fi
  change run_services update-traffic --to-revisions "$(revision_of "$2")=100" ${tags:+--update-tags "$tags"} || return 1
  if [[ -z $tags ]] && jq -e 'any(.status.traffic[]?; .tag == "previous")' "$work/service" >/dev/null; then
    change run_services update-traffic --remove-tags previous || warn 'the tag "previous" could not be removed'
  fi
}

target_answers() { return 1; }
target_drain() { :; }

target_running() { # an old revision serves for as long as it has a tag
  jq -e --arg tag "$1" 'any(.status.traffic[]?; .tag == $tag)' "$work/service" >/dev/null
}

revisions() {
  gcloud run revisions list --service "${setting[SERVICE]}" --project "${setting[GCLOUD_PROJECT]}" --region "${setting[GCLOUD_REGION]}" \
    --sort-by metadata.creationTimestamp --format 'value(metadata.name)' 2>>"$log"
}

# Cleaning up speaks of revisions.
target_releases() { revisions; }
target_in_use() { run_services describe --format json 2>>"$log" | jq -r '.status.traffic[]?.revisionName'; }
target_remove() { change gcloud run revisions delete "$1" --project "${setting[GCLOUD_PROJECT]}" --region "${setting[GCLOUD_REGION]}" --quiet; }
target_tidy() { :; }

# shellcheck source-path=SCRIPTDIR source=images.sh
source "$root/scripts/lib/images.sh"
