# shellcheck shell=bash
# Plain Linux hosts: systemd runs the engines, HAProxy in front sends the requests to one colour. What happens there is in
# deploy/host/engine-host and engine-balancer; this calls them.

# on USER@HOST COMMAND...: all calls of a run share a connection to each host.
on() {
  local at=$1
  shift
  # shellcheck disable=SC2086
  ssh -o BatchMode=yes -o ConnectTimeout=10 -o ControlMaster=auto -o "ControlPath=$work/ssh-%C" -o ControlPersist=20 ${setting[SSH_OPTIONS]:-} \
    "$at" -- "$(printf '%q ' "$@")"
}

target_end() {
  local shared
  for shared in "$work"/ssh-*; do
    [[ ! -S $shared ]] || ssh -o "ControlPath=$shared" -O exit any 2>/dev/null || true
  done
}

host() { on "${setting[SSH_USER]}@$1" sudo -n /usr/local/lib/order-engine/engine-host "${@:2}" </dev/null; }
balancer() { on "${setting[SSH_USER]}@${setting[BALANCER]}" sudo -n /usr/local/lib/order-engine/engine-balancer "$@" </dev/null; }

# on_all COMMAND...: on all hosts at once; fails when one fails.
on_all() {
  local name pids=() bad=0
  for name in ${setting[APP_HOSTS]}; do
    quietly host "$name" "$@" &
    pids+=($!)
  done
  for name in "${pids[@]}"; do
    wait "$name" || bad=1
  done
  return "$bad"
}

target_tools=(ssh curl jq tar flock sha256sum)

target_check() {
  local name
  need_setting APP_HOSTS BALANCER
  for name in ${setting[APP_HOSTS]}; do
    host "$name" status >"$work/status.$name" 2>>"$log" || fail "$name does not answer as a host of the engine (scripts/install.sh makes it one)"
  done
  balancer state >"$work/state" 2>>"$log" || fail "${setting[BALANCER]} does not answer as the balancer (scripts/install.sh makes it one)"
}

target_state() {
  need_setting APP_HOSTS BALANCER
  balancer state >"$work/state" 2>>"$log" || fail "${setting[BALANCER]} does not answer"
  live_colour=$(sed -n 's/^live //p' "$work/state")
  live_version=$(sed -n 's/^version //p' "$work/state")
  previous_version=$(sed -n 's/^previous //p' "$work/state")
  [[ $previous_version != - ]] || previous_version=''
}

# Two machines must not deploy at once either: the lock lives as long as this connection.
target_lock() {
  local answer
  dry_run && return
  coproc LOCK { on "${setting[SSH_USER]}@${setting[BALANCER]}" sudo -n /usr/local/lib/order-engine/engine-balancer lock 2>>"$log"; }
  IFS= read -r -t 20 answer <&"${LOCK[0]}" || answer=''
  [[ $answer == locked ]] || fail "another deployment of ${option[env]} is under way on another machine"
}

target_settle() { change balancer settle; }

# target_publish VERSION: the release as a file, built unless --artefact names one.
target_publish() {
  artefact=${option[artefact]:-}
  if [[ -z $artefact ]]; then
    artefact=$root/target/releases/order-engine-$1.tar.gz
    change "$root/scripts/lib/package.sh" "$1" "$artefact" || fail "the build failed: $(tail -n 3 "$log")"
  fi
  dry_run && [[ ! -e $artefact ]] && return
  [[ -f $artefact ]] || fail "there is no $artefact"
  checksum=$(sha256sum "$artefact" | cut -d ' ' -f 1)
  for name in ${setting[APP_HOSTS]}; do
    if host "$name" has "$1" "$checksum" 2>>"$log"; then
      say "$name has release $1"
    else
      upload "$name" "$1" || fail "$name did not take release $1: $(tail -n 1 "$log")"
    fi
  done
}

upload() {
  if dry_run; then
    say "would send $artefact to $1"
    return
  fi
  log_line "sending $artefact to $1"
  on "${setting[SSH_USER]}@$1" sudo -n /usr/local/lib/order-engine/engine-host receive "$2" "$checksum" <"$artefact" >>"$log" 2>&1
}

target_has() { # VERSION: whether it can be placed without publishing it
  local name
  for name in ${setting[APP_HOSTS]}; do
    host "$name" status 2>>"$log" | jq -e --arg version "$1" '.releases | index($version)' >/dev/null || return 1
  done
}

target_place() { change on_all place "$1" "$2"; }
target_start() { change on_all start "$1"; }
target_stop() { change on_all stop "$1"; }

target_why() { # COLOUR: the log's end, into ours
  local name
  for name in ${setting[APP_HOSTS]}; do
    log_line "the last lines of $1 on $name:"
    host "$name" log "$1" >>"$log" 2>&1 || true
  done
}

target_members() { tr ' ' '\n' <<<"${setting[APP_HOSTS]}"; }
target_probe() { host "$2" probe "$1" "$3" "$4"; }
target_read() { host "$2" read "$1" "$3"; }

target_switch() { change balancer switch "$1" "$2" "${3:--}"; } # COLOUR VERSION PREVIOUS

# What clients saw since the last call: sets "answers" and "failed".
target_answers() {
  read -r total bad < <(balancer answers 2>>"$log") || return 1
  answers=$((total - ${last_total:-$total})) failed=$((bad - ${last_bad:-$bad}))
  last_total=$total last_bad=$bad
}

# target_drain COLOUR: until no request is under way there, or the longest that one may take is over.
target_drain() {
  local deadline=$((SECONDS + setting[DRAIN_SECONDS])) busy
  dry_run && return
  while true; do
    busy=$(balancer sessions "$1" 2>>"$log") || return 1
    ((busy > 0)) || return 0
    ((SECONDS < deadline)) || break
    sleep 0.3
  done
  say "$busy requests are still under way at $1 after ${setting[DRAIN_SECONDS]} s; the engine lets them finish as it stops"
}

target_running() { # COLOUR: on any host
  local name
  for name in ${setting[APP_HOSTS]}; do
    host "$name" status 2>>"$log" | jq -e --arg colour "$1" '.[$colour].active' >/dev/null && return 0
  done
  return 1
}

# What is there beside the live and the previous release: oldest first, on any host.
target_releases() {
  local name
  for name in ${setting[APP_HOSTS]}; do
    host "$name" status 2>>"$log" | jq -r '.releases[]' || return 1
  done | awk '!seen[$0]++'
}

target_in_use() { # versions that a colour has
  local name
  for name in ${setting[APP_HOSTS]}; do
    host "$name" status 2>>"$log" | jq -r '.blue.version, .green.version' || return 1
  done | sort -u
}

target_remove() { change on_all remove "$1"; }
target_tidy() { change on_all tidy; }
