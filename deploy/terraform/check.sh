#!/usr/bin/env bash
# Formats, validates and tests the modules, with a provider from this machine and nothing made anywhere.
#
#   deploy/terraform/check.sh     0: all well, or SKIPPED where there is no terraform or no copy of the AWS provider
#
# TF_PLUGINS names the folder with providers (default /opt/tf-plugins).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
plugins=${TF_PLUGINS:-/opt/tf-plugins}
if ! command -v terraform >/dev/null || [[ ! -d $plugins ]]; then
  echo "SKIPPED: no terraform, or no provider in $plugins"
  exit 0
fi
[[ -r ${TF_CLI_CONFIG_FILE:-/dev/null} ]] || unset TF_CLI_CONFIG_FILE
TF_DATA_DIR=$(mktemp -d)
export TF_DATA_DIR AWS_EC2_METADATA_DISABLED=true
trap 'rm -rf "$TF_DATA_DIR"' EXIT
terraform fmt -check -recursive
terraform init -backend=false -input=false -plugin-dir="$plugins" >/dev/null
terraform validate
terraform test
