#!/usr/bin/env bash
# Checks that everything is there that the other scripts need: tools and folders on this machine and, for the target host, the
# packages on the hosts. Installs what is missing where Debian has it, and says what else is missing.
#
# Usage: scripts/setup.sh --env ENV [OPTION...]
#
#   --env ENV           development, staging or production: deploy/environments/ENV.conf
#   --target TARGET     host, kubernetes or cloud-run, instead of the environment's
#   --config FILE       settings from another file
#   --dry-run           say what would be done
#   --help
#
# Exit: 0 all is there; 1 something is missing.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
begin '' '' "$@"

# Debian's package of a tool; none where Debian has none.
package_of() {
  case $1 in
    ssh) echo openssh-client ;;
    flock) echo util-linux ;;
    sha256sum) echo coreutils ;;
    aws) echo awscli ;;
    podman | buildah | curl | jq | tar | haproxy | socat) echo "$1" ;;
    java) echo openjdk-17-jre-headless ;;
    docker) echo docker.io ;;
  esac
}

install_here() {
  local tool package packages=() unknown=''
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    package=$(package_of "$tool")
    if [[ $package ]]; then packages+=("$package"); else unknown+=" $tool"; fi
  done
  [[ -z $unknown ]] || fail "install by hand, Debian has no package:$unknown"
  ((${#packages[@]} > 0)) || return 0
  say "installing here: ${packages[*]}"
  change sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages[*]}" || fail "apt-get failed: $(tail -n 1 "$log")"
}

# install_on HOST TOOL...: the same on a host.
install_on() {
  local name=$1 missing tool packages=()
  shift
  # shellcheck disable=SC2016
  missing=$(on "${setting[INSTALL_USER]}@$name" sh -c 'for tool; do command -v "$tool" >/dev/null || echo "$tool"; done' sh "$@" 2>>"$log" </dev/null) ||
    fail "${setting[INSTALL_USER]}@$name cannot be reached"
  for tool in $missing; do packages+=("$(package_of "$tool")"); done
  if ((${#packages[@]} == 0)); then
    say "$name has all: $*"
    return
  fi
  say "installing on $name: ${packages[*]}"
  change on "${setting[INSTALL_USER]}@$name" sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages[*]}" </dev/null ||
    fail "apt-get failed on $name: $(tail -n 1 "$log")"
}

step tools "on this machine"
tools=(jq flock "${target_tools[@]}")
if [[ ${setting[CLOUDFRONT_DISTRIBUTION]:-}${setting[ECR_REPOSITORY]:-}${setting[EKS_CLUSTER]:-} ]]; then tools+=(aws); fi
install_here "${tools[@]}"

if [[ $target == host ]]; then
  step hosts "${setting[APP_HOSTS]:-} and ${setting[BALANCER]:-}"
  need_setting APP_HOSTS BALANCER
  for name in ${setting[APP_HOSTS]}; do install_on "$name" java curl jq tar flock; done
  install_on "${setting[BALANCER]}" haproxy socat flock
fi

if [[ $target == kubernetes && ${setting[EKS_CLUSTER]:-} ]]; then
  step cluster "${setting[EKS_CLUSTER]}"
  change aws eks update-kubeconfig --name "${setting[EKS_CLUSTER]}" --alias "${setting[KUBE_CONTEXT]:-${setting[EKS_CLUSTER]}}" ||
    fail "the cluster's address cannot be had: $(tail -n 1 "$log")"
fi

step paths "logs and audit trail"
[[ -w $(dirname "$log") ]] || fail "$(dirname "$log") cannot be written"
say "logs and the audit trail are in $(dirname "$log")"
