#!/bin/bash
# What the user `fieldcase` may do: use its own topics and groups, and nothing else. Run again it changes nothing.
set -euo pipefail
umask 077
client=$(mktemp)
trap 'rm -f "$client"' EXIT
cat >"$client" <<PROPERTIES
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="$KAFKA_ADMIN_PASSWORD";
PROPERTIES
allow() {
  KAFKA_HEAP_OPTS=-Xmx96m "${KAFKA_HOME:-/opt/kafka}/bin/kafka-acls.sh" --bootstrap-server "${KAFKA_BOOTSTRAP:-kafka:9092}" \
    --command-config "$client" --add --allow-principal User:fieldcase --resource-pattern-type prefixed "$@"
}
allow --operation Create --operation Describe --operation Read --operation Write --topic "$KAFKA_PREFIX."
allow --operation Describe --operation Read --operation Delete --group "$KAFKA_PREFIX."
