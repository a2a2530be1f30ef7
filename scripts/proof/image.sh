#!/usr/bin/env bash
# Builds the image and runs it as production does: not root, read-only, no capabilities, 2 CPUs, 2 GiB; checks what it says of itself,
# places orders on it under load, and stops it. Prints size and start time.
#
# Usage: scripts/proof/image.sh [--seconds N]    N: length of the load (default 20)
#
# Needs root, and of Debian: buildah podman runc mmdebstrap and what scripts/proof/lab.sh needs; a JDK 25 in JDK25 (default: Temurin's
# folder). The base images are made here of Debian's packages and that JDK, and tagged with the real names: the real ones were never pulled.
set -euo pipefail
shopt -s extglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$root/scripts/proof/lab.sh"
seconds=20
[[ ${1:-} != --seconds ]] || seconds=$2
cache=${IMAGE_CACHE:-/var/cache/order-engine-proof}
jdk=${JDK25:-/usr/lib/jvm/temurin-25-jdk-amd64}
out=$root/target/proof/image
name=order-engine-proof-$$
mkdir -p "$out"

end() {
  trap - EXIT
  podman_here rm -f "$name" >/dev/null 2>&1 || true
  lab_down
}

# Not by "ip netns exec": its own /sys has no cgroups.
podman_here() { nsenter --net=/run/netns/oe-lab podman --runtime runc --cgroup-manager cgroupfs "$@"; }

make_bases() {
  local container mounted
  [[ -f $cache/base.tar ]] || mmdebstrap --quiet --variant=minbase bookworm "$cache/base.tar"
  if ! buildah inspect --type image debian:12-slim >/dev/null 2>&1; then
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$cache/base.tar" / >/dev/null
    buildah commit --quiet "$container" debian:12-slim >/dev/null
    buildah rm "$container" >/dev/null
  fi
  if ! buildah inspect --type image eclipse-temurin:25-jdk >/dev/null 2>&1; then
    container=$(buildah from --pull-never debian:12-slim)
    buildah copy --quiet "$container" "$jdk" /opt/java/openjdk >/dev/null
    # Debian's JDK has the certificates by a link.
    mounted=$(buildah mount "$container")
    cp --remove-destination "$(realpath "$jdk/lib/security/cacerts")" "$mounted/opt/java/openjdk/lib/security/cacerts"
    buildah umount "$container" >/dev/null
    buildah config --env 'PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$container"
    buildah commit --quiet "$container" eclipse-temurin:25-jdk >/dev/null
    buildah rm "$container" >/dev/null
  fi
}

lab_say "making the base images"
make_bases
mkdir -p "$root/target/releases"
if [[ -f $root/target/proof/releases/order-engine-1.0.0.tar.gz ]]; then
  cp "$root/target/proof/releases/order-engine-1.0.0.tar.gz" "$root/target/releases/order-engine.tar.gz"
else
  "$root/scripts/lib/package.sh" 1.0.0 "$root/target/releases/order-engine.tar.gz"
fi
lab_say "building the image"
buildah bud --quiet --isolation chroot --pull-never --format docker --build-arg VERSION=1.0.0 --build-arg "REVISION=$(git -C "$root" rev-parse HEAD)" \
  --tag order-engine:1.0.0 "$root" >"$out/build.log" 2>&1 || { tail -n 20 "$out/build.log" && exit 1; }

trap end EXIT
# shellcheck disable=SC2119
lab_up
lab_services "$(lab_classpath)"
sed -e 's/10\.77\.0\.1/127.0.0.1/' -e 's|^\(ENGINE_AUTH_PUBLIC_KEY_FILE\)=.*|\1=/run/token-key.pem|' "$lab/engine.env" >"$out/engine.env"

run_engine() {
  podman_here run --detach --name "$name" --network host --read-only --tmpfs /tmp:rw,exec,size=64m --cap-drop ALL --security-opt no-new-privileges \
    --memory 2g --cpus 2 --ulimit nofile=16384:16384 --ulimit nproc=4096:4096 --no-healthcheck --env-file "$out/engine.env" --volume "$lab/services/target/dev/public-key.pem:/run/token-key.pem:ro" \
    localhost/order-engine:1.0.0 >/dev/null
}
ready() { lab_inside curl -sf --max-time 2 -o /dev/null http://127.0.0.1:8081/health/ready; }

begun=$EPOCHREALTIME
run_engine
until ready; do
  [[ $(podman_here inspect -f '{{.State.Running}}' "$name") == true ]] || { podman_here logs "$name" | tail -n 5 && exit 1; }
  sleep 0.05
done
started=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
expect 'version' 1.0.0 "$(lab_inside curl -s http://127.0.0.1:8081/metrics | sed -n 's/^engine_build{.*version="\([^"]*\)".*/\1/p')"
pid=$(podman_here inspect -f '{{.State.Pid}}' "$name")
expect 'user' 10001 "$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")"
expect 'capabilities' 0000000000000000 "$(awk '/^CapEff/ { print $2 }' "/proc/$pid/status")"
expect 'no new privileges' 1 "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$pid/status")"
expect 'the root cannot be written' 1 "$(podman_here exec "$name" touch /app/x >/dev/null 2>&1 && echo 0 || echo 1)"
expect 'health check' healthy "$(podman_here exec "$name" /usr/local/bin/healthy && echo healthy || echo unhealthy)"
expect 'label' 1.0.0 "$(podman_here inspect -f '{{index .Config.Labels "org.opencontainers.image.version"}}' "$name")"
expect 'the cache of classes is used' yes "$(grep -q classes.aot "/proc/$pid/maps" && echo yes || echo no)"

lab_say "load for $seconds s"
mkfifo "$out/stop.$$"
lab_inside python3 "$root/scripts/proof/load.py" http://127.0.0.1:8080 "$(lab_token SERVICE)" "$out/load.csv" 100 100 <"$out/stop.$$" &
load=$!
exec 5>"$out/stop.$$"
rm "$out/stop.$$"
sleep "$seconds"
memory=$(awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$pid/status")
exec 5>&-
wait "$load"
expect 'requests that failed' 0 "$(awk -F , '$3 < 200 || $3 > 299' "$out/load.csv" | wc -l)"

begun=$EPOCHREALTIME
podman_here stop --time 25 "$name" >/dev/null
stopped=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
expect 'exit code after SIGTERM' 0 "$(podman_here inspect -f '{{.State.ExitCode}}' "$name")"

echo "$EPOCHREALTIME load" | sed 's/^[0-9.]*/0/' >"$out/phases"
python3 "$root/scripts/proof/report.py" "$out/load.csv" "$out/phases"
echo "size: $(podman_here image inspect -f '{{.Size}}' localhost/order-engine:1.0.0 | awk '{ printf "%d MB", $1 / 1e6 }'), base $(podman_here image inspect -f '{{.Size}}' debian:12-slim | awk '{ printf "%d MB", $1 / 1e6 }'); ready after $started s; memory at most $memory MiB; stopped after $stopped s"
all_held
