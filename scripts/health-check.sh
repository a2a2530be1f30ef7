#!/usr/bin/env bash
# Asks every member of a colour whether it is alive, started and ready, which version it is, and whether it answers within the
# service level. Changes nothing.
#
# Usage: scripts/health-check.sh --env ENV [OPTION...]
#
#   --env ENV           development, staging or production: deploy/environments/ENV.conf
#   --colour COLOUR     blue or green (default: the live one)
#   --version VERSION   which has to run there (default: the one recorded as live; any in another colour)
#   --target TARGET     host, kubernetes or cloud-run, instead of the environment's
#   --config FILE       settings from another file
#   --help
#
# Exit: 0 healthy; 1 not; 2 it takes orders, but Redis or SQS is lost.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
begin 'colour version' '' "$@"
# shellcheck source-path=SCRIPTDIR source=lib/health.sh
source "$root/scripts/lib/health.sh"

need_tools jq "${target_tools[@]}"
target_state
colour=${option[colour]:-$live_colour}
case $colour in
  blue | green) ;;
  '') fail "nothing is live" ;;
  *) fail "--colour is $colour, allowed: blue, green" ;;
esac
version=${option[version]:-}
if [[ -z $version && $colour == "$live_colour" ]]; then version=$live_version; fi
check_colour "$colour" "$version" || fail "$colour is not healthy"
say "$colour is healthy"
