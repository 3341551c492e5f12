#!/bin/sh
# tsgen as whoever runs it. Also under docker-gen's name, which others call it by.
if [ "$*" = healthcheck ]; then
  perl /usr/local/lib/tsgen/ask-health.pl 2>/dev/null && exit 0
fi
# docker/tsgen.sh says what the flags are for.
exec node --max-semi-space-size=4 --optimize-for-size --single-threaded /usr/local/lib/tsgen/dist/tsgen.js "$@"
