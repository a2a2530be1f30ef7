#!/usr/bin/env bash
# Tests of the scripts: shellcheck, shfmt, and bats with stubs for ssh's other side, kubectl, gcloud and aws. Takes some seconds.
#
# Usage: scripts/test/run.sh [bats option or file...]
#
# Needs shellcheck, shfmt, bats and jq. The same on real hosts: scripts/proof/deployment.sh.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t shell < <(find scripts -name '*.sh' && find deploy/host -type f ! -name '*.*' && find scripts/test/stubs -type f)
shellcheck -x "${shell[@]}"
shfmt -d -i 2 -ci "${shell[@]}" scripts/test/*.bats scripts/test/*.bash
if (($# > 0)); then
  bats --jobs 1 "$@"
else
  bats scripts/test
fi
