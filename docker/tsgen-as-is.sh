#!/bin/sh
# tsgen as whoever runs it. Also under docker-gen's name, which others call it by.
exec node /usr/local/lib/tsgen/dist/tsgen.js "$@"
