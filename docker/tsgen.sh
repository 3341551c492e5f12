#!/bin/sh
# tsgen in its image: never as root. The Docker socket belongs to a group whose number differs from
# host to host; so the image starts as root, this looks at the socket, joins its group, and gives up
# every privilege for good before tsgen runs. With `--user` there is nothing to give up, and that
# user needs the socket's group (`--group-add`).
set -eu

program=/usr/local/lib/tsgen/dist/tsgen.js
# Without them, V8 gives what is young ever more room, and has threads with memory of their own: a watch,
# which is idle most of the time, would hold a quarter more.
flags='--max-semi-space-size=4 --optimize-for-size --single-threaded'

# As that user too, whose notes say where the watch listens.
if [ "$*" = healthcheck ]; then
  as=
  [ "$(id -u)" -ne 0 ] || as='setpriv --reuid=node --regid=node --clear-groups --no-new-privs'
  $as perl /usr/local/lib/tsgen/ask-health.pl 2>/dev/null && exit 0
fi

# Where docker-gen's image has the socket: command lines that were written for it mount it there.
if [ -z "${DOCKER_HOST-}" ] && [ ! -S /var/run/docker.sock ] && [ -S /tmp/docker.sock ]; then
  export DOCKER_HOST=unix:///tmp/docker.sock
fi

if [ "$(id -u)" -ne 0 ]; then
  # shellcheck disable=SC2086 # They are several.
  exec node $flags "$program" "$@"
fi

endpoint=${DOCKER_HOST:-unix:///var/run/docker.sock}
previous=
for argument in "$@"; do
  case $argument in
    --endpoint=* | -endpoint=*) endpoint=${argument#*=} ;;
    *) case $previous in --endpoint | -endpoint) endpoint=$argument ;; esac ;;
  esac
  previous=$argument
done

# Those of --group-add, without root's own, and the socket's.
groups=
for group in $(id -G); do
  if [ "$group" -ne 0 ]; then groups=${groups:+$groups,}$group; fi
done
socket=${endpoint#unix://}
if [ -S "$socket" ]; then
  groups=${groups:+$groups,}$(stat -c %g "$socket")
fi

# setpriv keeps the environment, and HOME would be root's.
export HOME=/home/node
# shellcheck disable=SC2086 # They are several.
exec setpriv --reuid=node --regid=node \
  "$(if [ -n "$groups" ]; then echo "--groups=$groups"; else echo --clear-groups; fi)" \
  --inh-caps=-all --no-new-privs -- node $flags "$program" "$@"
