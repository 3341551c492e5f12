#!/usr/bin/env bash
# A Docker engine with Compose v2 and buildx, where none is there.
#
#   engine.sh up              nothing where they answer already; on Debian as root installs and starts them
#   engine.sh down [--force]  stops the engine that `up` started, and no other; without --force only
#                             when no container runs on it
#   engine.sh status          one line: which engine answers, and whether it is ours
#
# State is in .cache/engine/: dockerd.pid ("PID START-TIME", the start time in clock ticks after
# boot, so that a reused process id is not taken for ours), systemd.id (the service's invocation
# ID), dockerd.log.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

STATE=$CACHE/engine
LOG=$STATE/dockerd.log
PLUGINS=/usr/local/lib/docker/cli-plugins
# Seconds: a fresh engine answers in about five, on a slow disk later.
START_LIMIT=60
# A container that ignores SIGTERM is killed after ten seconds, dockerd gives up after fifteen.
STOP_LIMIT=45

engine_version() { bounded 10 docker version --format '{{.Server.Version}}' 2>/dev/null; }

compose_works() { case "$(docker compose version --short 2>/dev/null)" in '' | 1.* | v1.*) return 1 ;; esac; }

buildx_works() { docker buildx version >/dev/null 2>&1; }

# ---- processes -----------------------------------------------------------------------------

# The name and start time of a process that lives; fails for a zombie (nobody may ever reap it) and
# for an id that is free. The name in /proc/PID/stat is in parentheses and may hold blanks.
process() {
  local stat name fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  name=${stat#*(}
  name=${name%)*}
  fields=${stat##*) }
  # shellcheck disable=SC2086
  set -- $fields
  [ "$1" != Z ] && [ "$1" != X ] || return 1
  printf '%s %s\n' "$name" "${20}"
}

# Prints the pid of the dockerd that we started, if it lives.
our_pid() {
  local pid start
  read -r pid start 2>/dev/null <"$STATE/dockerd.pid" || return 1
  [ "$(process "$pid")" = "dockerd $start" ] || return 1
  printf '%s\n' "$pid"
}

systemd_runs() { [ -d /run/systemd/system ] && has systemctl; }

service_id() { systemctl show -p InvocationID --value docker.service 2>/dev/null; }

# Is the running service the one that we started? A restart or reboot makes it the machine's own.
our_service() {
  [ -s "$STATE/systemd.id" ] && systemd_runs && systemctl -q is-active docker.service &&
    [ "$(service_id)" = "$(cat "$STATE/systemd.id")" ]
}

# A killed dockerd leaves its pid files behind, and the next one refuses to start while such an id
# exists in any form, a zombie's or another program's.
remove_stale_pid_file() {
  local pid
  [ -f "$1" ] || return 0
  pid=$(tr -dc 0-9 <"$1")
  case "$(process "${pid:-none}" || true)" in
    "$2 "*) return 1 ;;
  esac
  rm -f "$1"
}

remove_stale_pid_files() {
  remove_stale_pid_file /var/run/docker/containerd/containerd.pid containerd || true
  remove_stale_pid_file /var/run/docker.pid dockerd
}

# ---- up ------------------------------------------------------------------------------------

how_to_install() {
  case "$(uname -s)/$(os_id)" in
    Linux/debian)
      printf '%s\n' 'Run the command as root on Debian 12 or later and it installs one, or install Docker Engine' \
        'with its compose and buildx plugins yourself.'
      ;;
    Linux/ubuntu) printf '%s\n' 'Install one: sudo apt-get install docker.io docker-compose-v2 docker-buildx' ;;
    Linux/*) printf '%s\n' "Install Docker Engine with its compose (v2) and buildx plugins from your distribution's packages." ;;
    Darwin/*) printf '%s\n' 'Install and start Docker Desktop (or Colima with the docker, docker-compose and docker-buildx formulae).' ;;
    *) printf '%s\n' 'Install Docker Engine with its compose (v2) and buildx plugins.' ;;
  esac
  printf '%s\n' 'docs/setup.md has the details.'
}

# die_how MESSAGE [LINE...]: die with the lines, then how to install an engine here.
die_how() {
  local lines=("$@") line
  while IFS= read -r line; do lines+=("$line"); done < <(how_to_install)
  die "${lines[@]}"
}

# Ends the script where no engine answers for a reason that installing one would not cure.
refuse_if_not_ours_to_start() {
  local context reason
  if [ -n "${DOCKER_HOST:-}" ]; then
    die "DOCKER_HOST is $DOCKER_HOST, but no Docker engine answers there" \
      'Start that engine, or unset DOCKER_HOST to use one on this machine.'
  fi
  has docker || return 0
  reason=$(bounded 10 docker version 2>&1 >/dev/null || true)
  case "$reason" in
    *'permission denied'*)
      die "A Docker engine is there, but $(id -un) may not use it (permission denied on its socket)" \
        "Run the command as root, or join the group: sudo usermod -aG docker $(id -un), then log in again."
      ;;
  esac
  context=$(docker context inspect --format '{{.Name}}' 2>/dev/null || echo default)
  [ "$context" = default ] ||
    die "The docker client's context is '$context', but no engine answers there" \
      "Start that engine, or use the machine's own: docker context use default"
}

install_engine() {
  local packages=(docker.io iptables)
  apt_update
  # From Debian 13 on the client is a package of its own.
  if ! has docker && [ -n "$(apt_candidate docker-cli)" ]; then packages+=(docker-cli); fi
  say "No Docker engine answers. Installing Debian's packages: ${packages[*]}"
  apt_install "${packages[@]}"
  hash -r
}

# wait_for_engine SECONDS PID: until it answers, it is gone (PID, where given), or time is over.
wait_for_engine() {
  local end=$((SECONDS + $1))
  while ! engine_version >/dev/null; do
    [ -z "${2:-}" ] || process "$2" >/dev/null || return 1
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

start_service() {
  say 'Starting the Docker engine (systemctl start docker)'
  systemctl start docker.service || die 'systemctl start docker failed' 'See: journalctl -u docker'
  wait_for_engine "$START_LIMIT" '' || die "The Docker engine did not answer within $START_LIMIT s" 'See: journalctl -u docker'
  service_id >"$STATE/systemd.id"
}

start_daemon() {
  local pid='' end=$((SECONDS + START_LIMIT))
  if ! remove_stale_pid_files; then
    say 'A dockerd runs already but does not answer yet; waiting for it'
    wait_for_engine "$START_LIMIT" '' && return
    die "The dockerd with process id $(cat /var/run/docker.pid) has not answered for $START_LIMIT s" \
      'See its log, or stop it, and run the command again.'
  fi
  say "Starting the Docker engine (dockerd, log in $LOG)"
  rm -f "$STATE/dockerd.pid"
  (
    cd /
    ulimit -n 1048576 2>/dev/null || true
    # A session of its own, so that Ctrl-C in make does not reach it. The shell that becomes dockerd
    # writes its id first, so that no moment exists in which it runs and nobody knows.
    # shellcheck disable=SC2016
    setsid -f bash -c 'echo $$ >"$1"; exec dockerd' dockerd "$STATE/dockerd.pid.new" \
      >"$LOG" 2>&1 </dev/null 9>&-
  )
  until [ -s "$STATE/dockerd.pid.new" ]; do
    [ "$SECONDS" -lt "$end" ] || die "dockerd did not start within $START_LIMIT s" "See $LOG"
    sleep 0.05
  done
  pid=$(cat "$STATE/dockerd.pid.new")
  if ! wait_for_engine "$START_LIMIT" "$pid"; then
    tail -n 15 "$LOG" >&2
    kill "$pid" 2>/dev/null || true
    rm -f "$STATE/dockerd.pid.new"
    die "dockerd (process id $pid) did not answer on its socket within $START_LIMIT s; the end of its log is above" \
      "The whole log is in $LOG. In a container or a restricted machine the kernel may lack what dockerd needs (cgroups, overlayfs, iptables)."
  fi
  printf '%s %s\n' "$pid" "$(process "$pid" | cut -d' ' -f2)" >"$STATE/dockerd.pid"
  rm -f "$STATE/dockerd.pid.new"
}

# Debian 12 has neither Compose v2 nor buildx, and Debian 13's packages run on it unchanged. They
# are fetched through lists of their own, so that apt's configuration here stays as it is.
plugins_from_trixie() {
  local dir
  say "Installing Docker Compose v2 and buildx into $PLUGINS (from Debian 13's packages, apt's sources stay as they are)"
  dir=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$dir'" EXIT
  fetch_packages trixie "$dir" docker-compose docker-buildx ||
    die_how 'Docker Compose v2 and buildx are missing, and could not be fetched (the reason is above)'
  mkdir -p "$PLUGINS"
  # One at a time by rename: another run, or a docker command, never sees half a plugin.
  for plugin in "$dir"/root/usr/libexec/docker/cli-plugins/*; do
    cp "$plugin" "$PLUGINS/.${plugin##*/}.$$"
    mv -f "$PLUGINS/.${plugin##*/}.$$" "$PLUGINS/${plugin##*/}"
  done
  rm -rf "$dir"
  trap - EXIT
}

install_plugins() {
  is_debian_root || die_how "The docker command lacks Compose v2 or buildx ('docker compose version', 'docker buildx version')"
  [ -n "$(apt_candidate docker-compose)" ] || apt_update
  case "$(apt_candidate docker-compose)" in
    '' | 1.*) plugins_from_trixie ;;
    *)
      say "Installing Debian's packages: docker-compose docker-buildx"
      apt_install docker-compose docker-buildx
      ;;
  esac
  compose_works || die "'docker compose version' still fails after installing it" "See: docker compose version, and $PLUGINS"
  buildx_works || die "'docker buildx version' still fails after installing it" "See: docker buildx version, and $PLUGINS"
}

up() {
  local version
  if ! { has docker && engine_version >/dev/null; }; then
    take_lock engine 600
    mkdir -p "$STATE"
    if ! { has docker && engine_version >/dev/null; }; then
      refuse_if_not_ours_to_start
      if ! has docker || ! has dockerd; then
        is_debian_root || die_how 'No Docker engine answers, and none is installed that could be started'
        install_engine
      fi
      if [ "$(id -u)" -ne 0 ]; then
        local start="sudo $ROOT/scripts/engine.sh up"
        ! systemd_runs || start='sudo systemctl start docker'
        die 'A Docker engine is installed but does not run, and only root can start it' "Start it: $start"
      fi
      # The package's installation may have started it.
      engine_version >/dev/null || if systemd_runs; then start_service; else start_daemon; fi
    fi
    version=$(engine_version)
    say "Docker engine $version answers"
  fi
  if ! compose_works || ! buildx_works; then
    take_lock engine 600
    if ! compose_works || ! buildx_works; then install_plugins; fi
  fi
}

# ---- down ----------------------------------------------------------------------------------

# gone SECONDS PID...: waits until none of the processes lives.
gone() {
  local end=$((SECONDS + $1)) pid
  shift
  for pid in "$@"; do
    while process "$pid" >/dev/null; do
      [ "$SECONDS" -lt "$end" ] || return 1
      sleep 0.1
    done
  done
}

# The shims that belong to the containerd of our dockerd, by the socket they were given. An engine
# inside a container gives its shims the same path, in a mount namespace of its own.
our_shims() {
  local dir arguments here
  here=$(readlink /proc/self/ns/mnt)
  for dir in /proc/[0-9]*; do
    [ "$(readlink "$dir/ns/mnt" 2>/dev/null)" = "$here" ] || continue
    arguments=$(tr '\0' ' ' 2>/dev/null <"$dir/cmdline") || continue
    case "$arguments" in
      *containerd-shim*' -address /var/run/docker/containerd/containerd.sock '*)
        ! process "${dir##*/}" >/dev/null || echo "${dir##*/}"
        ;;
    esac
  done
}

# Ends what a dockerd leaves behind that crashed or was killed: its containers and their shims.
end_shims() {
  local shims shim
  shims=$(our_shims)
  [ -n "$shims" ] || return 0
  # shellcheck disable=SC2046,SC2086 # Lists of process ids; a shim's children are its container's first processes.
  {
    for shim in $shims; do
      kill -KILL $(cat "/proc/$shim/task/$shim/children" 2>/dev/null) 2>/dev/null || true
    done
    kill -TERM $shims 2>/dev/null || true
    gone 5 $shims || kill -KILL $shims 2>/dev/null || true
  }
}

stop_daemon() {
  local pid=$1 containerd
  containerd=$(cat /var/run/docker/containerd/containerd.pid 2>/dev/null || true)
  case "$(process "${containerd:-none}" || true)" in
    'containerd '*) ;;
    *) containerd='' ;;
  esac
  say "Stopping the Docker engine that this set-up started (process id $pid)"
  kill -TERM "$pid"
  if ! gone "$STOP_LIMIT" "$pid"; then
    say "It did not end within $STOP_LIMIT s; killing it"
    kill -KILL "$pid" 2>/dev/null || true
    gone 5 "$pid" || die "The dockerd with process id $pid could not be killed"
  fi
  end_shims
  if [ -n "$containerd" ] && process "$containerd" >/dev/null; then
    gone 5 "$containerd" || { kill -TERM "$containerd" 2>/dev/null || true; }
    gone 10 "$containerd" || { kill -KILL "$containerd" 2>/dev/null || true; }
  fi
  remove_stale_pid_files || true
}

down() {
  local pid='' service='' running
  if [ ! -f "$STATE/dockerd.pid" ] && [ ! -f "$STATE/systemd.id" ]; then return 0; fi
  take_lock engine 600
  if pid=$(our_pid); then :; elif our_service; then service=1; else
    # It has ended without us, or the id is another program's now.
    rm -f "$STATE/dockerd.pid" "$STATE/systemd.id"
    # Another dockerd may have taken over its containers.
    if [ "$(id -u)" -eq 0 ] && remove_stale_pid_files; then end_shims; fi
    return 0
  fi
  [ "$(id -u)" -eq 0 ] || die 'The Docker engine that this set-up started runs as root, and only root can stop it' \
    "Stop it: sudo $ROOT/scripts/engine.sh down"
  # Ours is the machine's own engine on its own socket, whatever DOCKER_HOST says now.
  running=$(bounded 10 env -u DOCKER_HOST docker ps -q 2>/dev/null | wc -l)
  if [ "$running" -gt 0 ] && [ "${1:-}" != --force ]; then
    say "Leaving the Docker engine up: $running container(s) still run on it (docker ps). To stop it all the same: scripts/engine.sh down --force"
    return 0
  fi
  if [ -n "$service" ]; then
    say 'Stopping the Docker engine that this set-up started (systemctl stop docker)'
    systemctl stop docker.socket docker.service
  else
    stop_daemon "$pid"
  fi
  rm -f "$STATE/dockerd.pid" "$STATE/systemd.id"
}

status() {
  local version owner="not started by this clone's set-up"
  if ! has docker || ! version=$(engine_version); then
    echo 'no Docker engine answers'
    return 1
  fi
  if our_pid >/dev/null || our_service; then owner='started by this set-up'; fi
  echo "Docker engine $version, compose $(docker compose version --short 2>/dev/null || echo missing)," \
    "buildx $(docker buildx version 2>/dev/null | awk '{ print $2 }' || true); $owner"
}

case "${1:-}" in
  up) up ;;
  down) down "${2:-}" ;;
  status) status ;;
  *)
    echo "usage: ${0##*/} up | down [--force] | status" >&2
    exit 2
    ;;
esac
