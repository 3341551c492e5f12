#!/bin/sh
# Runs the registry with a web hook for pushes. The registry takes no list of endpoints from its
# environment: TSGEN_DEPLOY_SECRET is written to a file that only this user can read. It goes with each
# event as a header, for the registry logs the URL of one that it cannot deliver.
set -eu
umask 077

case ${TSGEN_DEPLOY_SECRET-} in
  '' | *[!A-Za-z0-9._~-]*)
    echo 'registry: set TSGEN_DEPLOY_SECRET to letters, digits and characters of - . _ ~' >&2
    exit 1
    ;;
esac

config=/tmp/registry.yml
cat >"$config" <<YAML
version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: /var/lib/registry
  delete:
    enabled: true
http:
  addr: :5000
notifications:
  endpoints:
    - name: deployer
      url: ${DEPLOY_URL:-http://deployer:9000}/hooks
      headers:
        Authorization: [Bearer $TSGEN_DEPLOY_SECRET]
      timeout: 5s
      threshold: 5
      backoff: 2s
      ignoredmediatypes:
        - application/octet-stream
YAML
exec docker-registry serve "$config"
