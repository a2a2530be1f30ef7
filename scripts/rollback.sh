#!/usr/bin/env bash
# Goes back to the version that was live before: starts it in the idle colour, checks it, switches, retires the other. A version that was
# rolled back is not returned to by a second run.
#
# Usage: scripts/rollback.sh --env ENV [OPTION...]
#
#   --env ENV           staging or production (or development): deploy/environments/ENV.conf
#   --version VERSION   to that version instead of the previous one
#   --target TARGET     host, kubernetes or cloud-run, instead of the environment's
#   --config FILE       settings from another file
#   --wait SECONDS      wait so long for another run on this environment to end (default 0)
#   --dry-run           say what would be done
#   --help
#
# Exit: 0 rolled back; 1 not, what was live is live; 2 there is nothing to go back to, or rolled back with warnings.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
begin 'version' '' "$@"
# shellcheck source-path=SCRIPTDIR source=lib/health.sh
source "$root/scripts/lib/health.sh"
# shellcheck source-path=SCRIPTDIR source=lib/edge.sh
source "$root/scripts/lib/edge.sh"
# shellcheck source-path=SCRIPTDIR source=lib/switch.sh
source "$root/scripts/lib/switch.sh"
begun=$(seconds)

step check "tools, the target, what is live"
need_tools jq flock "${target_tools[@]}"
lock
target_check
target_lock
target_settle || fail "the balancer does not do what is recorded"
target_state
[[ $live_version ]] || fail "nothing is live"
version=${option[version]:-$previous_version}

if [[ ${option[version]:-} == "$live_version" ]]; then
  say "$version is live already"
  retire "$(other "$live_colour")"
  exit 0
fi
if [[ -z $version ]]; then
  warn "there is no previous version: $live_version was rolled back to, or is the first one"
  exit 0
fi

colour=$(other "$live_colour")
gone_from=$live_version
target_has "$version" || fail "$version is not kept any more; deploy it"
step place "$version into $colour"
target_place "$colour" "$version" || fail "$version could not be placed: $(tail -n 1 "$log")"
step start "$colour"
target_start "$colour" || refuse "$version did not become ready"
step health "of $colour"
dry_run || check_colour "$colour" "$version" || refuse "$version failed its check"
step switch "to $colour"
switch_to "$colour" "$version" -
say "$version serves again after $(awk -v a="$begun" -v b="$(seconds)" 'BEGIN { printf "%.1f", b - a }') s"
retire "$(other "$colour")"
step edge "CloudFront is as it was under $version"
edge_restore "$version" || warn "CloudFront was not restored; the rollback stands"
say "rolled back from $gone_from to $version in $colour"
