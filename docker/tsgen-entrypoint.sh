#!/bin/sh
# Starts tsgen as a user other than root. The Docker socket belongs to a group whose number
# differs from host to host, so the image starts as root, looks at the socket, and gives up every
# privilege for good before tsgen runs. `--user` skips that: then the user needs the socket's group.
set -eu

# `docker run IMAGE --template …` means `docker run IMAGE tsgen --template …`.
if [ "$#" -eq 0 ] || ! command -v "$1" >/dev/null 2>&1; then
  set -- tsgen "$@"
fi

# What tsgen writes is for the proxy, which reads it as root or by its group.
umask 027

if [ "$(id -u)" -ne 0 ]; then
  exec "$@"
fi

endpoint=${DOCKER_HOST:-unix:///var/run/docker.sock}
socket=${endpoint#unix://}
if [ -S "$socket" ]; then
  groups="--groups=$(stat -c %g "$socket")"
else
  groups=--clear-groups
fi
# setpriv keeps the environment, HOME included, which would be root's.
export HOME=/home/node
exec setpriv --reuid=node --regid=node "$groups" --inh-caps=-all --no-new-privs -- "$@"
