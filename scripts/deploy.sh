#!/usr/bin/env bash
# Puts a version into service: build, publish, start the idle colour, check it, switch, watch, retire the old colour. A version that
# fails its check is refused while the live one serves on; one that fails while it is watched is rolled back. Cut off at any
# point, the live colour serves on, and the same command finishes the work.
#
# Usage: scripts/deploy.sh --env ENV [OPTION...]
#
#   --env ENV           development, staging or production: deploy/environments/ENV.conf
#   --version VERSION   what to deploy (default: git describe)
#   --artefact FILE     host: this release, as scripts/lib/package.sh makes it, instead of a build
#   --image REFERENCE   kubernetes, cloud-run: this image instead of a build
#   --target TARGET     host, kubernetes or cloud-run, instead of the environment's
#   --config FILE       settings from another file
#   --wait SECONDS      wait so long for another run on this environment to end (default 0)
#   --dry-run           say what would be done
#   --help
#
# Exit: 0 deployed; 1 not deployed, the live version is the one before; 2 deployed, with warnings.
# The database: the idle colour applies its migrations as it starts, before the switch. They only expand, so both colours work.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
begin 'version artefact image' '' "$@"
# shellcheck source-path=SCRIPTDIR source=lib/health.sh
source "$root/scripts/lib/health.sh"
# shellcheck source-path=SCRIPTDIR source=lib/edge.sh
source "$root/scripts/lib/edge.sh"
# shellcheck source-path=SCRIPTDIR source=lib/switch.sh
source "$root/scripts/lib/switch.sh"

version=${option[version]:-$(git -C "$root" describe --tags --always --dirty)}
require_version "$version"
begun=$SECONDS

step check "tools, the target, what is live"
need_tools jq flock "${target_tools[@]}"
lock
target_check
target_lock
target_settle || fail "the balancer does not do what is recorded"
target_state
say "live: ${live_colour:-nothing} ${live_version:-}; to deploy: $version"

if [[ $live_version == "$version" ]]; then
  colour=$live_colour
  say "$version is live already"
  fresh=''
else
  fresh=yes
  colour=$(other "${live_colour:-green}")
  step publish "release $version"
  target_publish "$version"
  step place "$version into $colour"
  target_place "$colour" "$version" || fail "$version could not be placed: $(tail -n 1 "$log")"
  step start "$colour, with the expand step of the schema"
  target_start "$colour" || refuse "$version did not become ready"
  step health "of $colour before anybody is sent there"
  dry_run || check_colour "$colour" "$version" || refuse "$version failed its check"
  step switch "to $colour"
  switch_to "$colour" "$version" "$live_version"
fi

if dry_run; then
  say "would watch $version for ${setting[WATCH_SECONDS]} s"
elif [[ $fresh ]] || target_running "$(other "$colour")"; then
  step watch "$version for ${setting[WATCH_SECONDS]} s"
  watch_live "$colour" "$version" || back_to_the_old
else
  check_colour "$colour" "$version" || fail "$version is live, and is not healthy"
fi
if [[ ${setting[KEEP_PREVIOUS]} == yes ]]; then
  say "$(other "$colour") keeps what it runs: rollback.sh returns to it at once, and the next deployment stops it"
else
  retire "$(other "$colour")"
fi
step edge "CloudFront names $version"
edge_release "$version" "$previous_version" || warn "CloudFront was not updated; the deployment stands"
say "deployed: $version in $colour, after $((SECONDS - begun)) s"
