#!/usr/bin/env bash
# Removes old versions and what interrupted runs left. Whatever is live, in a colour, or what a rollback would go to stays, and
# of the rest the newest ones.
#
# Usage: scripts/cleanup.sh --env ENV [OPTION...]
#
#   --env ENV           staging or production (or development): deploy/environments/ENV.conf
#   --keep N            how many versions stay in all (default: KEEP_RELEASES of the environment, 5)
#   --target TARGET     host, kubernetes or cloud-run, instead of the environment's
#   --config FILE       settings from another file
#   --wait SECONDS      wait so long for another run on this environment to end (default 0)
#   --dry-run           say what would be done
#   --help
#
# Logs of more than 30 days go too; the audit trail stays. Exit: 0 done; 1 error; 2 something could not be removed.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
begin 'keep' '' "$@"

keep=${option[keep]:-${setting[KEEP_RELEASES]}}
[[ $keep =~ ^[1-9][0-9]*$ ]] || usage "--keep is $keep, allowed: a whole number from 1"

step check "what is live"
need_tools jq flock "${target_tools[@]}"
lock
target_check
target_lock
target_state
target_in_use >"$work/in-use" || fail "cannot tell what is in use, so nothing is removed"
printf '%s\n' "$live_version" "$previous_version" >>"$work/in-use"
target_releases >"$work/releases" || fail "cannot tell what is there, so nothing is removed"

step remove "all but $keep of $(wc -l <"$work/releases") versions"
spare=$(($(wc -l <"$work/releases") - keep))
while read -r old; do
  ((spare > 0)) || break
  grep -qxF -- "$old" "$work/in-use" && continue
  if target_remove "$old"; then
    say "removed: $old"
  else
    warn "$old could not be removed"
  fi
  spare=$((spare - 1))
done <"$work/releases"

step tidy "leftovers and old logs"
target_tidy || warn "leftovers could not be removed"
change find "$(dirname "$log")" -maxdepth 1 -name 'deployment_*.log' -mtime +30 -delete
