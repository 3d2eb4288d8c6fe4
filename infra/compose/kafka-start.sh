#!/bin/bash
# Starts the broker of infra/compose.yaml. Its users stand in its metadata from the first start on, so that nothing ever
# listens without them; what they may do is told to it as soon as it answers.
set -euo pipefail
umask 077
here=$(dirname "${BASH_SOURCE[0]}")
bin=${KAFKA_HOME:-/opt/kafka}/bin
scratch=$(mktemp -d)
config=$scratch/server.properties

template=$(<"$here/kafka.properties")
printf '%s\n' "${template//@ADMIN_PASSWORD@/$KAFKA_ADMIN_PASSWORD}" >"$config"

"$bin/kafka-storage.sh" format --ignore-formatted --cluster-id "$KAFKA_CLUSTER_ID" --config "$config" \
  --add-scram "SCRAM-SHA-512=[name=admin,password=$KAFKA_ADMIN_PASSWORD]" \
  --add-scram "SCRAM-SHA-512=[name=fieldcase,password=$KAFKA_APP_PASSWORD]"

# Asked for by the health check.
ready=${KAFKA_READY_FILE:-/tmp/rights}
rm -f "$ready"
{
  until bash "$here/kafka-rights.sh"; do sleep 2; done
  touch "$ready"
} &
exec "$bin/kafka-server-start.sh" "$config"
