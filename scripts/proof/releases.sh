# shellcheck shell=bash
# The releases that the proofs deploy: one build, and what is made of it. Sourced.

# releases_make FOLDER: leaves order-engine-VERSION.tar.gz there.
#   1.0.0  as built
#   2.0.0  expands the schema: a migration between two of 1.0.0's, and one after all of them
#   3.0.0  broken: its rules have a fault, so it does not become ready
#   3.1.0  passes its check, then stops being ready under real load
#   4.0.0  as built
#   5.0.0  contracts: drops what 2.0.0 added, which 4.0.0 does not use any more
releases_make() {
  local folder=$1
  mkdir -p "$folder"
  if [[ ! -f $folder/order-engine-1.0.0.tar.gz || ${REBUILD:-} ]]; then
    "$root/scripts/lib/package.sh" 1.0.0 "$folder/order-engine-1.0.0.tar.gz" >&2
  fi
  release_from "$folder" 2.0.0 release_expands
  release_from "$folder" 3.0.0 release_is_broken
  release_from "$folder" 3.1.0 release_fails_later
  release_from "$folder" 4.0.0 :
  release_from "$folder" 5.0.0 release_contracts
}

# release_from FOLDER VERSION CHANGE: 1.0.0 under another name, changed by a function that runs in its folder.
release_from() {
  local folder=$1 version=$2 staging
  [[ ! $folder/order-engine-$version.tar.gz -nt $folder/order-engine-1.0.0.tar.gz ]] || return 0
  staging=$(mktemp -d)
  tar -xzf "$folder/order-engine-1.0.0.tar.gz" -C "$staging"
  (
    cd "$staging" || exit
    printf 'Implementation-Version: %s\n' "$version" >manifest
    jar --update --file order-engine.jar --manifest manifest 2>/dev/null
    rm manifest
    "$3"
  )
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$staging" -cf - . | gzip -1n >"$folder/order-engine-$version.tar.gz"
  rm -rf "$staging"
}

migration() { # NAME SQL
  mkdir -p db/migration
  printf "SET LOCAL lock_timeout = '5s';\n%s\n" "$2" >"db/migration/$1"
  jar --update --file order-engine.jar "db/migration/$1"
  rm -r db
}

release_expands() {
  migration V1_5__between.sql 'CREATE TABLE proof_between (id int PRIMARY KEY);'
  migration V900__expand.sql 'ALTER TABLE orders ADD COLUMN proof_gift boolean;'
}

release_contracts() {
  release_expands
  migration V901__contract.sql 'ALTER TABLE orders DROP COLUMN proof_gift; DROP TABLE proof_between;'
}

release_is_broken() { echo 'rules: [{id: "no condition"}]' >conf/rules.yaml; }

release_fails_later() {
  mkdir classes
  javac --release 17 -d classes "$root/scripts/proof/FailsLater.java"
  printf 'Premain-Class: FailsLater\n' >agent-manifest
  jar --create --file fails-later.jar --manifest agent-manifest -C classes .
  rm -r classes agent-manifest
  echo '-javaagent:fails-later.jar' >>jvm.options
}
