#!/usr/bin/env bash
# Lints the API contract by Redocly and Spectral, in the versions that contract-lint/package-lock.json pins. Needs Node.js 20.19 or newer,
# npm, and npm's registry for the first run.
set -euo pipefail
cd "$(dirname "$0")/contract-lint"

contract=../../src/main/resources/openapi.yaml
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

command -v npm >/dev/null || {
  echo "lint-contract.sh needs npm (Debian: apt-get install nodejs npm)" >&2
  exit 1
}
# Installed once for each lock; no package may run a script of its own.
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi

npx --no-install redocly lint --config redocly.yaml "$contract"
npx --no-install spectral lint --ruleset spectral.yaml --fail-severity hint "$contract"
