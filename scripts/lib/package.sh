#!/usr/bin/env bash
# The release of the order engine as one file: the jar, its libraries, the configuration and the JVM's options. Equal sources
# give an equal file.
#
#   scripts/lib/package.sh VERSION FILE.tar.gz
#
# MVN names the Maven to use.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=$1 file=$2

cd "$root"
${MVN:-mvn} -q -B -DskipTests -Dmaven.jar.forceCreation=true -Drelease.version="$version" package
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mkdir "$staging/conf"
cp -r target/order-engine.jar target/lib "$staging/"
cp conf/rules.yaml conf/fx.yaml conf/roles.yaml "$staging/conf/"
cp deploy/jvm.options "$staging/"
mkdir -p "$(dirname "$file")"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$staging" -cf - . | gzip -n >"$file.new"
mv "$file.new" "$file"
