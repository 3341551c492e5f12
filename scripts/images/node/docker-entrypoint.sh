#!/bin/sh
# What is no command is an argument for node: an option, or a script.
case "${1:-}" in
  -*) set -- node "$@" ;;
  *) [ -z "${1:-}" ] || command -v "$1" >/dev/null 2>&1 || set -- node "$@" ;;
esac
exec "$@"
