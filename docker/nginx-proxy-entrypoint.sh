#!/bin/sh
# The entry point of the images that take nginx-proxy's and docker-gen's places. When it starts
# tsgen as the container's work, it looks first whether all is there; any other command it runs as
# it is, such as those that a companion has run in here.
set -eu

# Standard output is for what is rendered.
info() { printf 'Info: %s\n' "$*" >&2; }
warn() { printf 'Warning: %s\n' "$*" >&2; }
fail() {
  printf 'Error: %s\n' "$*" >&2
  exit 1
}

is_true() {
  case $1 in
    1 | t | T | true | True | TRUE) return 0 ;;
    *) return 1 ;;
  esac
}

# Whether one of the arguments says where the engine listens.
names_endpoint() {
  for argument in "$@"; do
    case $argument in
      -endpoint | -endpoint=* | --endpoint | --endpoint=* | -config* | --config*) return 0 ;;
    esac
  done
  return 1
}

# Whether it only tells about itself, or asks a tsgen that runs already.
is_question() {
  case ${2-} in
    status | refresh | healthcheck | completion | lint | help) return 0 ;;
  esac
  for argument in "$@"; do
    case $argument in
      -h | -help | --help | -v | -version | --version | -from | -from=* | --from | --from=*) return 0 ;;
    esac
  done
  return 1
}

check_socket() {
  case ${DOCKER_HOST:-unix:///var/run/docker.sock} in
    unix://*) ;;
    *) return 0 ;;
  esac
  socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
  socket=${socket#unix://}
  [ -S "$socket" ] || fail "there is no Docker socket at $socket, and without it no container can be" \
    "seen. Mount the host's there, as in: docker run -v /var/run/docker.sock:$socket:ro … Or set" \
    "DOCKER_HOST to where the engine listens."
}

warn_of_trust() {
  [ -n "${TRUST_DOWNSTREAM_PROXY-}" ] || warn "TRUST_DOWNSTREAM_PROXY is not set: the X-Forwarded-*" \
    "headers that clients send are believed, as if a proxy of yours had set them. Set it to false" \
    "where clients connect to this one directly, or to true to keep it so."
}

# The groups of RFC 7919 need no generation, which once took minutes. The argument is their folder.
set_up_dhparam() {
  bits=${DHPARAM_BITS:-4096}
  target=$1/dhparam.pem
  if [ -n "${DHPARAM_GENERATION-}" ]; then
    warn "DHPARAM_GENERATION is deprecated: nothing is generated any more. Set DHPARAM_SKIP=true to" \
      "do without Diffie-Hellman parameters."
    is_true "$DHPARAM_GENERATION" || DHPARAM_SKIP=true
  fi
  if is_true "${DHPARAM_SKIP:-false}"; then
    info "no Diffie-Hellman parameters are set up, as DHPARAM_SKIP says"
    return 0
  fi
  case $bits in
    2048 | 3072 | 4096) ;;
    *) fail "DHPARAM_BITS is '$bits'. There are groups of 2048, 3072 and 4096 (the default) bits." ;;
  esac
  group=/app/dhparam/ffdhe$bits.pem
  if [ -e "$target" ]; then
    cmp -s "$target" "$group" && return 0
    ours=no
    for other in /app/dhparam/*.pem; do
      if cmp -s "$target" "$other"; then ours=yes; fi
    done
    if [ "$ours" = no ]; then
      warn "$target is one of your own and stays. The groups of RFC 7919 are preferred to it: remove" \
        "it to have the one of $bits bits."
      return 0
    fi
  fi
  cp "$group" "$target" 2>/dev/null && return 0
  if [ -e "$target" ]; then
    warn "$target cannot be written, and stays: it is one of the groups of RFC 7919, but not that of" \
      "$bits bits. Set DHPARAM_BITS to the number that it has."
  else
    warn "$target cannot be written: there are no Diffie-Hellman parameters but those of sites. Mount" \
      "$1 so that it can be written, or set DHPARAM_SKIP=true."
  fi
}

# docker-gen's image is given its flags and templates alone.
is_program() {
  case $1 in
    '' | -* | *.hbs | *.tmpl) return 1 ;;
    */*) [ -f "$1" ] && [ -x "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# Of the operator's own, nginx takes no second one. The argument is nginx's main configuration.
yield_shutdown_timeout() {
  grep -qs '^[[:blank:]]*worker_shutdown_timeout' /etc/nginx/toplevel.conf.d/*.conf || return 0
  sed '/^worker_shutdown_timeout 30m;$/d' "$1" >"$1.new" && cat "$1.new" >"$1" && rm "$1.new" ||
    warn "$1 cannot be written: it sets worker_shutdown_timeout, and so does a file of yours in" \
      "/etc/nginx/toplevel.conf.d."
}

if ! is_program "${1-}"; then
  set -- tsgen "$@"
fi

if { [ "$1" = tsgen ] || [ "$1" = docker-gen ]; } && ! is_question "$@"; then
  if [ -n "${NGINX_PROXY_VERSION-}" ]; then
    info "tsgen in the place of nginx-proxy and docker-gen ($NGINX_PROXY_VERSION)"
  fi
  names_endpoint "$@" || check_socket
  warn_of_trust
  if command -v nginx >/dev/null; then
    yield_shutdown_timeout /etc/nginx/nginx.conf
    set_up_dhparam /etc/nginx/dhparam
  elif command -v httpd >/dev/null; then
    set_up_dhparam /usr/local/apache2/conf/dhparam
  elif command -v haproxy >/dev/null; then
    set_up_dhparam /etc/haproxy/dhparam
  fi
fi

# The first process of a container has to take care of others' orphans; with `docker run --init`
# that is done already.
if [ "$$" -eq 1 ] && command -v tini >/dev/null; then
  exec tini -- "$@"
fi
exec "$@"
