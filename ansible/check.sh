#!/usr/bin/env bash
# Lints the playbooks and roles at the production profile and checks their syntax. Needs ansible-lint.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
if ! command -v ansible-lint >/dev/null; then
  echo "SKIPPED: no ansible-lint"
  exit 0
fi
ansible-lint --offline
ansible-playbook --syntax-check playbooks/*.yml
