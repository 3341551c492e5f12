#!/bin/sh
# `docker run IMAGE --template …` and `docker run IMAGE my.hbs` mean `docker run IMAGE tsgen …`; a
# program's name or path is run as it is.
set -eu

is_program() {
  case $1 in
    '' | -* | *.hbs | *.tmpl) return 1 ;;
    */*) [ -f "$1" ] && [ -x "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

if ! is_program "${1-}"; then
  set -- tsgen "$@"
fi
exec "$@"
