#!/usr/bin/env bash
# Fails when something ships under a licence that is not allowed. Reads the SBOM that `mvn verify -Psbom` writes.
set -euo pipefail

if [[ ${1:-} == --help ]]; then
  echo "usage: scripts/check-licences.sh [target/bom.json]"
  exit 0
fi
sbom=${1:-target/bom.json}

# Permissive ones, and weak copyleft that binds only the library's own files. Of several that a component offers one is enough.
allowed='["Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "CC0-1.0", "EPL-1.0", "EPL-2.0", "LGPL-2.1-only", "MPL-2.0", "Unicode-3.0"]'
# Looked at by hand: Go's licence is BSD-3-Clause, FindBugs' annotations are LGPL-3.0, JCIP's (CC-BY-2.5) name none in their POM.
known='["pkg:maven/com.google.re2j/re2j@", "pkg:maven/com.google.code.findbugs/annotations@", "pkg:maven/net.jcip/jcip-annotations@"]'

offenders=$(jq -r --argjson allowed "$allowed" --argjson known "$known" '
  .components[]
  | select(.purl as $purl | $known | any(. as $one | $purl | startswith($one)) | not)
  | [.licenses[]? | .license.id // .license.name // .expression] as $licences
  | select([$licences[] | select(. as $one | $allowed | index($one))] | length == 0)
  | "\(.purl): \(if $licences == [] then "no licence named" else $licences | join(", ") end)"' "$sbom")

if [[ -n $offenders ]]; then
  printf 'not allowed, see %s:\n%s\n' "$0" "$offenders" >&2
  exit 1
fi
jq -r '"\(.components | length) components, all under allowed licences"' "$sbom"
