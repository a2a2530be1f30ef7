# shellcheck shell=bash
# A small site on this machine: real hosts (systemd-nspawn, booted, each with a network namespace, sshd and Java of its own), a load
# balancer's host, and the servers that engines need (PostgreSQL, Redis, SQS, a payment simulator, mail), on one private bridge.
# Nothing of it can be reached from outside, and nothing in it reaches out. Needs root. Sourced.
#
#   lab_up HOST...     boots hosts; those after the first get 10.77.0.11, 10.77.0.12 …; the first is the balancer, 10.77.0.10
#   lab_services       starts the servers; their settings for engines go to $lab/engine.env
#   lab_bucket NAME    starts an S3 of moto's with that bucket, at $lab_s3
#   lab_down           stops all of it
#   lab_inside CMD...  runs a command in the namespace that the machine itself has on the bridge (10.77.0.1)
#   lab_ssh HOST CMD   as root on a host
#
# And what proofs have in common:
#
#   expect WHAT EXPECTED FOUND   says whether it is so, and counts what is not
#   all_held                     says whether all was so; its exit code is the proof's

lab=${LAB:-/var/tmp/order-engine-lab}
lab_base=${LAB_BASE:-/var/cache/order-engine-proof/root}
lab_packages=systemd,systemd-sysv,dbus,openssh-server,openjdk-17-jre-headless,haproxy,socat,curl,jq,python3,python3-apt,nftables,sudo,ca-certificates,iproute2,postgresql-client-15,procps,unattended-upgrades,prometheus-node-exporter,util-linux,libnss-systemd,libpam-systemd,awscli,gnupg

bad=0

lab_say() { printf '%s\n' "$*" >&2; }

expect() {
  if [[ $2 == "$3" ]]; then
    echo "ok    $1: $3"
  else
    echo "NOT   $1: $3, expected $2"
    bad=$((bad + 1))
  fi
}

all_held() {
  if ((bad > 0)); then
    echo "$bad expectations did not hold"
    return 1
  fi
  echo "all held"
}

lab_needs() {
  local tool missing=''
  [[ $(id -u) == 0 ]] || { lab_say "the lab needs root, for namespaces and mounts" && return 1; }
  for tool in systemd-nspawn ip socat ssh jq; do command -v "$tool" >/dev/null || missing+=" $tool"; done
  [[ -z $missing ]] || { lab_say "missing:$missing (Debian: systemd-container iproute2 socat openssh-client jq)" && return 1; }
}

lab_root() {
  [[ $(cat "$lab_base.packages" 2>/dev/null) == "$lab_packages" ]] && return
  lab_say "making the hosts' system, once (a minute or two)"
  rm -rf "$lab_base"
  mkdir -p "$lab_base"
  mmdebstrap --quiet --variant=minbase --include="$lab_packages" bookworm "$lab_base" >&2 || return 1
  echo "$lab_packages" >"$lab_base.packages"
}

lab_inside() { ip netns exec oe-lab "$@"; }

lab_address() { # NUMBER: of a host, the balancer is 0
  echo "10.77.0.$((10 + $1))"
}

lab_up() {
  local number=0 name
  lab_needs || return 1
  mkdir -p "$lab"
  exec 210>"$lab/.lock"
  flock -n 210 || { lab_say "the lab is in use" && return 1; }
  lab_down
  (($# == 0)) || lab_root || return 1
  [[ -f $lab/key ]] || ssh-keygen -q -t ed25519 -N '' -f "$lab/key"
  cat >"$lab/ssh.conf" <<CONF
Host 10.77.0.*
  IdentityFile $lab/key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
CONF
  ip netns add oe-lab
  ip -n oe-lab link set lo up
  ip -n oe-lab link add br0 type bridge
  ip -n oe-lab addr add 10.77.0.1/24 dev br0
  ip -n oe-lab link set br0 up
  for name in "$@"; do
    lab_host "$name" "$(lab_address "$number")"
    number=$((number + 1))
  done
  for ((number = 0; number < $#; number++)); do lab_await "$(lab_address "$number")"; done
}

# lab_host NAME ADDRESS: an overlay on the common system; booted with its own cgroups, or its units could not start.
lab_host() {
  local folder=$lab/hosts/$1
  ip netns add "oe-$1"
  ip -n "oe-$1" link set lo up
  ip -n oe-lab link add "v-$1" type veth peer name host0 netns "oe-$1"
  ip -n oe-lab link set "v-$1" master br0 up
  ip -n "oe-$1" addr add "$2/24" dev host0
  ip -n "oe-$1" link set host0 up
  rm -rf "$folder"
  mkdir -p "$folder"/{upper,work,merged}
  mount -t overlay overlay -o "lowerdir=$lab_base,upperdir=$folder/upper,workdir=$folder/work" "$folder/merged"
  install -d -m 700 "$folder/merged/root/.ssh"
  cp "$lab/key.pub" "$folder/merged/root/.ssh/authorized_keys"
  echo "$1" >"$folder/merged/etc/hostname"
  printf '127.0.0.1 localhost\n%s %s\n' "$2" "$1" >"$folder/merged/etc/hosts"
  lab_boot "$1"
}

lab_boot() { # NAME
  # shellcheck disable=SC2016
  setsid bash -c '
    for hierarchy in systemd unified; do
      [[ -d /sys/fs/cgroup/$hierarchy ]] || continue
      mkdir -p "/sys/fs/cgroup/$hierarchy/oe-$1"
      echo $$ >"/sys/fs/cgroup/$hierarchy/oe-$1/cgroup.procs"
    done
    exec 210>&-
    SYSTEMD_NSPAWN_API_VFS_WRITABLE=network exec systemd-nspawn --boot --register=no --keep-unit --machine="oe-$1" \
      --directory="$2/merged" --network-namespace-path="/run/netns/oe-$1" --capability=CAP_NET_ADMIN --resolv-conf=off --timezone=off \
      --console=passive' boot "$1" "$lab/hosts/$1" >"$lab/hosts/$1/console" 2>&1 </dev/null 5>&- &
  echo "$!" >"$lab/hosts/$1/pid"
  disown
}

lab_ssh() {
  local at=$1
  shift
  lab_inside ssh -F "$lab/ssh.conf" -o ConnectTimeout=2 "root@$at" -- "$@"
}

lab_await() { # ADDRESS
  local deadline=$((SECONDS + 60))
  until lab_ssh "$1" true 2>/dev/null; do
    ((SECONDS < deadline)) || { lab_say "$1 did not boot, see $lab/hosts/*/console" && return 1; }
    sleep 0.3
  done
}

# Of the development servers; compiled where nobody did it.
lab_classpath() {
  if [[ ! -s $root/target/proof.classpath ]]; then
    (cd "$root" && ${MVN:-mvn} -q test-compile dependency:build-classpath -Dmdep.outputFile=target/proof.classpath >&2) || return 1
  fi
  echo "$root/target/classes:$root/target/test-classes:$(<"$root/target/proof.classpath")"
}

# lab_services CLASSPATH: the development servers, in a folder of their own; forwarded from the bridge to where they listen.
lab_services() {
  local folder=$lab/services deadline=$((SECONDS + 300)) port
  mkdir -p "$folder"
  rm -f "$folder/target/dev.env"
  (
    cd "$folder" || exit
    DEV_POSTGRES_PORT=15432 DEV_REDIS_PORT=16379 DEV_SQS_PORT=9324 DEV_SIMULATOR_PORT=8089 DEV_SMTP_PORT=1025 DEV_TOKEN_PORT=8090 \
      exec setsid ip netns exec oe-lab java -Xmx256m -cp "$1" dev.orderengine.dev.DevServer --services-only >log 2>&1 </dev/null 210>&- &
    echo "$!" >pid
  )
  until [[ -s $folder/target/dev.env ]]; do
    if ((SECONDS >= deadline)) || ! kill -0 "$(<"$folder/pid")"; then
      lab_say "the servers did not start: $(tail -n 3 "$folder/log")"
      return 1
    fi
    sleep 0.3
  done
  for port in 15432 16379 9324 8089 1025; do
    ip netns exec oe-lab socat "TCP-LISTEN:$port,bind=10.77.0.1,fork,reuseaddr,backlog=512" "TCP:127.0.0.1:$port" \
      >>"$folder/log" 2>&1 </dev/null 210>&- &
    echo "$!" >>"$lab/forwarders"
    disown
  done
  # As settings of a unit: no "export", no quotes, and where the hosts see the servers.
  sed -n "s/^export \(ENGINE_[A-Z_]*\|AWS_[A-Z_]*\)='\(.*\)'\$/\1=\2/p" "$folder/target/dev.env" |
    sed -e 's/127\.0\.0\.1/10.77.0.1/' -e 's|^\(ENGINE_AUTH_PUBLIC_KEY_FILE\)=.*|\1=/etc/order-engine/token-key.pem|' >"$lab/engine.env"
  echo "ENGINE_SQS_EVENTS_QUEUE=http://10.77.0.1:9324/000000000000/order-events" >>"$lab/engine.env"
  echo "ENGINE_NOTIFICATIONS_QUEUE=http://10.77.0.1:9324/000000000000/order-events-notifications" >>"$lab/engine.env"
}

lab_s3=http://10.77.0.1:17500

lab_bucket() { # NAME
  lab_inside moto_server -H 10.77.0.1 -p 17500 >>"$lab/moto.log" 2>&1 </dev/null 210>&- &
  echo "$!" >>"$lab/forwarders"
  disown
  lab_await_port 10.77.0.1 17500 || return 1
  lab_aws s3api create-bucket --bucket "$1" >/dev/null
}

lab_aws() { AWS_ACCESS_KEY_ID=lab AWS_SECRET_ACCESS_KEY=lab AWS_DEFAULT_REGION=us-east-1 lab_inside aws --endpoint-url "$lab_s3" "$@"; }

lab_await_port() { # ADDRESS PORT
  local deadline=$((SECONDS + 60))
  until lab_inside bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null; do
    ((SECONDS < deadline)) || { lab_say "nothing listens at $1:$2" && return 1; }
    sleep 0.2
  done
}

lab_token() { sed -n "s/^export TOKEN_$1='\(.*\)'\$/\1/p" "$lab/services/target/dev.env"; }

lab_sql() { # as the servers' own client; aligned off
  PGPASSWORD=postgres lab_inside psql -X -q -At -h 127.0.0.1 -p 15432 -U postgres -d order_engine "$@"
}

# lab_reboot NAME: as "reboot" on a machine; systemd-nspawn without a unit of its own ends there, and is started again.
lab_reboot() {
  local number pid
  pid=$(<"$lab/hosts/$1/pid")
  number=$(sed -n "s/^10\\.77\\.0\\.\\([0-9]*\\) $1\$/\\1/p" "$lab/hosts/$1/merged/etc/hosts")
  lab_ssh "10.77.0.$number" systemctl reboot 2>/dev/null || true
  timeout 60 tail --pid="$pid" -f /dev/null
  lab_boot "$1"
  lab_await "10.77.0.$number"
}

lab_halt() { # NAME: powers it off, whatever it does
  local folder=$lab/hosts/$1 pid
  [[ -f $folder/pid ]] || return 0
  pid=$(<"$folder/pid")
  # Terminates the container as pulling its plug would.
  [[ $(ps -o args= -p "$pid" 2>/dev/null) != *"oe-$1"* ]] || { kill -KILL "$(pgrep -P "$pid" | head -n 1)" "$pid" 2>/dev/null || true; }
  rm -f "$folder/pid"
}

lab_down() {
  local name pid
  { cat "$lab/services/pid" "$lab/forwarders" 2>/dev/null || true; } | while read -r pid; do
    [[ $(ps -o args= -p "$pid" 2>/dev/null) != *@(DevServer|TCP-LISTEN|moto_server)* ]] || kill "$pid" 2>/dev/null || true
  done
  [[ ! -f $lab/services/pid ]] || timeout 20 tail --pid="$(<"$lab/services/pid")" -f /dev/null || true
  rm -f "$lab/services/pid" "$lab/forwarders"
  for name in "$lab"/hosts/*; do
    [[ -d $name ]] || continue
    name=${name##*/}
    lab_halt "$name"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      mountpoint -q "$lab/hosts/$name/merged" || break
      umount "$lab/hosts/$name/merged" 2>/dev/null || sleep 0.3
    done
    ip netns del "oe-$name" 2>/dev/null || true
    find /sys/fs/cgroup/systemd/"oe-$name" /sys/fs/cgroup/unified/"oe-$name" -depth -type d -exec rmdir {} + 2>/dev/null || true
    rm -rf "$lab/hosts/$name"
  done
  ip netns del oe-lab 2>/dev/null || true
}
