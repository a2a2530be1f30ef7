# shellcheck shell=bash
# The moves between colours that deploying and rolling back share.

# switch_to COLOUR VERSION PREVIOUS: new requests go there from now on.
switch_to() {
  local begun
  begun=$(seconds)
  version_before_previous=${previous_version:-}
  target_switch "$1" "$2" "$3" || fail "the switch to $1 failed: $(tail -n 1 "$log")"
  say "switched in $(awk -v a="$begun" -v b="$(seconds)" 'BEGIN { printf "%.0f", (b - a) * 1000 }') ms"
  # shellcheck disable=SC2034
  live_colour=$1 live_version=$2 previous_version=$3
}

# refuse WHY: the idle colour is stopped, the live one was never left.
refuse() {
  dry_run && return
  target_why "$colour"
  target_stop "$colour" || warn "$colour could not be stopped"
  fail "refused: $1; ${live_version:-nothing} serves on"
}

# watch_live COLOUR VERSION: what is live stays ready, is not started anew, and answers clients without errors.
watch_live() {
  local deadline member status
  target_answers || true
  check_colour "$1" "$2" || return 1
  deadline=$((SECONDS + setting[WATCH_SECONDS]))
  while ((SECONDS < deadline)); do
    sleep 0.5
    while read -r member; do
      status=$(target_probe "$1" "$member" /health/ready 1 2>>"$log" | cut -d ' ' -f 1) || status=none
      if [[ $status != 200 ]]; then
        say "$member $1: not ready any more, ${status:-no answer}"
        return 1
      fi
    done < <(target_members "$1")
    if target_answers && ((failed * 100 > answers * setting[MAX_ERROR_PERCENT])); then
      say "clients got $failed errors in $answers answers"
      return 1
    fi
  done
}

# The automatic rollback: the old colour still runs.
back_to_the_old() {
  local begun old failing=$colour
  begun=$(seconds)
  old=$(other "$failing")
  target_why "$failing"
  if [[ -z $previous_version ]] || ! target_running "$old"; then
    fail "$version fails, and no other version runs that could take over"
  fi
  step roll-back "to $previous_version in $old"
  version_before=$previous_version
  switch_to "$old" "$version_before" "${version_before_previous:-}"
  say "rolled back in $(awk -v a="$begun" -v b="$(seconds)" 'BEGIN { printf "%.0f", (b - a) * 1000 }') ms"
  target_drain "$failing" || true
  target_stop "$failing" || warn "$failing could not be stopped"
  fail "$version failed while it was watched and was rolled back; $version_before serves"
}

# retire COLOUR: what is under way there ends, then it stops.
retire() {
  step retire "$1"
  if ! target_running "$1"; then
    say "$1 does not run"
  elif ! target_drain "$1" || ! target_stop "$1"; then
    warn "$1 could not be retired; it gets no requests"
  fi
}
