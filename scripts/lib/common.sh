# shellcheck shell=bash
# What all scripts share: options, settings, log, dry run, lock, steps. Sourced after "set -euo pipefail".
#
# Exit codes: 0 success, 1 error (the live colour serves on), 2 done, but with a warning that somebody should look at.

script=$(basename "$0" .sh)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
declare -A option=() setting=()
warnings=0

# ---- what is said: the terminal gets the story, the log every command and its output

start_log() {
  local logs=${ORDER_ENGINE_LOGS:-$root/logs}
  mkdir -p "$logs"
  trail=$logs/audit.jsonl
  log=$logs/deployment_$(date -u +%Y%m%d_%H%M%S).log
  log_line "$script $*"
}

log_line() { printf '%s [%s %d] %s\n' "$(date -u +%FT%T.%3NZ)" "$script" "$$" "$*" >>"$log"; }

# The clock, to tell how long something took; EPOCHREALTIME would ask for Bash 5.
seconds() { date +%s.%N; }

say() {
  printf '%s\n' "$*" >&2
  log_line "$*"
}

warn() {
  warnings=$((warnings + 1))
  say "warning: $*"
}

fail() {
  failure=$*
  say "error: $*"
  exit 1
}

# step NAME WHAT: one line a step, in the terminal, the log and the story of a killed run.
step() {
  current_step=$1
  say "== $1: $2"
}

# ---- options and settings

usage() {
  printf '%s: %s; see --help\n' "$script" "$1" >&2
  exit 1
}

help() {
  sed -n '2,/^set -euo/{/^set -euo/d;s/^#\( \|$\)//p}' "$0"
  exit 0
}

# parse_options "VALUED..." "FLAGS..." ARGUMENT...: fills "option"; those that all scripts have are known here.
parse_options() {
  local valued=" env target config wait $1 " flags=" dry-run help $2 " name
  shift 2
  while (($# > 0)); do
    [[ $1 == --*=* ]] && set -- "${1%%=*}" "${1#*=}" "${@:2}"
    [[ $1 == -h ]] && set -- --help "${@:2}"
    [[ $1 == --* ]] || usage "unexpected argument $1"
    name=${1#--}
    if [[ $flags == *" $name "* ]]; then
      option[$name]=yes
    elif [[ $valued == *" $name "* ]]; then
      (($# > 1)) || usage "--$name needs a value"
      option[$name]=$2
      shift
    else
      usage "unknown option $1"
    fi
    shift
  done
  [[ ${option[help]:-} ]] && help
  case ${option[env]:-} in
    development | staging | production) ;;
    '') usage '--env development|staging|production is needed' ;;
    *) usage "--env is ${option[env]}, allowed: development, staging, production" ;;
  esac
  [[ ${option[wait]:-0} =~ ^[0-9]+$ ]] || usage "--wait is ${option[wait]}, allowed: seconds"
  if [[ ${option[version]+set} ]]; then require_version "${option[version]}"; fi
}

require_version() {
  [[ $1 =~ ^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$ ]] || usage "version is \"$1\", allowed: up to 63 letters, digits, dots, dashes"
}

# The settings of an environment: KEY=value lines, read, not run. Every fault is reported. deploy/environments/README.md has all keys.
known_settings=' TARGET WATCH_SECONDS KEEP_PREVIOUS KEEP_RELEASES P95_LIMIT_MS PROBES HEALTH_READ_PATH MAX_ERROR_PERCENT DRAIN_SECONDS
  APP_HOSTS BALANCER SSH_USER INSTALL_USER SSH_OPTIONS ENGINE_ENVIRONMENT BIND_PORT TLS_CERTIFICATE
  IMAGE IMAGE_BUILDER ECR_REPOSITORY KUBE_CONTEXT EKS_CLUSTER NAMESPACE REPLICAS ROLLOUT_SECONDS
  GCLOUD_PROJECT GCLOUD_REGION SERVICE CLOUDFRONT_DISTRIBUTION CLOUDFRONT_BUCKET '

read_settings() {
  local file=${option[config]:-$root/deploy/environments/${option[env]}.conf} line key faults=''
  [[ -r $file ]] || usage "there is no $file"
  setting=([WATCH_SECONDS]=20 [KEEP_PREVIOUS]=no [KEEP_RELEASES]=5 [P95_LIMIT_MS]=200 [PROBES]=50 [MAX_ERROR_PERCENT]=1 [DRAIN_SECONDS]=40
    [SSH_USER]=deploy [INSTALL_USER]=root [BIND_PORT]=80 [REPLICAS]=2 [ROLLOUT_SECONDS]=300 [IMAGE_BUILDER]=docker
    [NAMESPACE]=order-engine-${option[env]} [SERVICE]=order-engine)
  while IFS= read -r line || [[ $line ]]; do
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    key=${line%%=*}
    if [[ $line != *=* || ! $known_settings =~ [[:space:]]"$key"[[:space:]] ]]; then
      faults+=$'\n'"  unknown: $line"
      continue
    fi
    setting[$key]=${line#*=}
  done <"$file"
  for key in WATCH_SECONDS KEEP_RELEASES P95_LIMIT_MS PROBES MAX_ERROR_PERCENT DRAIN_SECONDS BIND_PORT REPLICAS ROLLOUT_SECONDS; do
    [[ ${setting[$key]} =~ ^[0-9]+$ ]] || faults+=$'\n'"  $key is \"${setting[$key]}\", allowed: a whole number"
  done
  [[ ${setting[KEEP_PREVIOUS]} == @(yes|no) ]] || faults+=$'\n'"  KEEP_PREVIOUS is \"${setting[KEEP_PREVIOUS]}\", allowed: yes, no"
  target=${option[target]:-${setting[TARGET]:-}}
  case $target in
    host | kubernetes | cloud-run) ;;
    *) faults+=$'\n'"  the target is \"$target\", allowed: host, kubernetes, cloud-run" ;;
  esac
  [[ -z $faults ]] || usage "$file:$faults"$'\n'
}

# need_setting KEY...: those that this target cannot do without.
need_setting() {
  local key missing=''
  for key in "$@"; do
    [[ ${setting[$key]:-} ]] || missing+=" $key"
  done
  [[ -z $missing ]] || fail "the environment ${option[env]} lacks:$missing"
}

# begin "VALUED..." "FLAGS..." ARGUMENT...: what every script starts with.
begin() {
  parse_options "$@"
  shift 2
  read_settings
  start_log "$@"
  # shellcheck source-path=SCRIPTDIR source=audit.sh
  source "$root/scripts/lib/audit.sh"
  # shellcheck disable=SC1090
  source "$root/scripts/lib/target-$target.sh"
  work=$(mktemp -d)
  trap finish EXIT
  trap 'fail interrupted' INT TERM HUP
  audit started '{}'
}

# ---- the end of every run, but a kill -9: outcome to the audit trail, and the exit code

finish() {
  local code=$?
  trap - EXIT
  if declare -F target_end >/dev/null; then target_end; fi
  rm -rf "$work"
  ((code != 0 || warnings == 0)) || code=2
  case $code in
    0) audit succeeded "$(outcome_detail)" ;;
    2) audit warned "$(outcome_detail)" ;;
    *) audit failed "$(outcome_detail)" ;;
  esac
  ((code == 0)) || log_tail_hint "$code"
  exit "$code"
}

outcome_detail() {
  jq -cn --arg step "${current_step:-}" --arg failure "${failure:-}" --argjson warnings "$warnings" \
    '{step: $step, failure: $failure, warnings: $warnings} | with_entries(select(.value != "" and .value != 0))'
}

log_tail_hint() { printf '%s: exit %d; everything is in %s\n' "$script" "$1" "$log" >&2; }

# ---- doing

dry_run() { [[ ${option["dry-run"]:-} ]]; }

# quietly COMMAND...: runs it with its output in the log.
quietly() {
  log_line "+ $*"
  "$@" >>"$log" 2>&1
}

# change COMMAND...: what alters something; only said in a dry run.
change() {
  if dry_run; then
    say "would run: $*"
  else
    quietly "$@"
  fi
}

need_tools() {
  local tool missing=''
  for tool in "$@"; do
    command -v "$tool" >/dev/null || missing+=" $tool"
  done
  [[ -z $missing ]] || fail "this machine lacks:$missing (scripts/setup.sh installs them)"
}

# One run that changes an environment at a time. The lock goes with the run, also after a kill -9.
lock() {
  local file=${ORDER_ENGINE_LOGS:-$root/logs}/.lock-${option[env]}
  exec 200>>"$file"
  flock -w "${option[wait]:-0}" 200 || fail "another run works on ${option[env]}: $(tail -n 1 "$file")"
  echo "$script, process $$, since $(date -u +%FT%TZ)" >>"$file"
}

other() { if [[ $1 == blue ]]; then echo green; else echo blue; fi; }
