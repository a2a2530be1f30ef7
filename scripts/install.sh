#!/usr/bin/env bash
# Installs and configures what a release needs around it; no release yet, and what is live stays live. Hosts: user, folders, unit,
# settings, HAProxy. Kubernetes: the environment's overlay. Cloud Run: the service. A second run changes nothing.
#
# Usage: scripts/install.sh --env ENV [OPTION...]
#
#   --env ENV           development, staging or production: deploy/environments/ENV.conf
#   --target TARGET     host, kubernetes or cloud-run, instead of the environment's
#   --config FILE       settings from another file
#   --wait SECONDS      wait so long for another run on this environment to end (default 0)
#   --dry-run           say what would be done
#   --help
#
# Exit: 0 installed, 1 error.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
begin '' '' "$@"

step check "tools"
need_tools jq flock "${target_tools[@]}"
lock
# shellcheck source-path=SCRIPTDIR source=lib/install-host.sh disable=SC1090,SC1091
source "$root/scripts/lib/install-$target.sh"
install_target
say "installed"
