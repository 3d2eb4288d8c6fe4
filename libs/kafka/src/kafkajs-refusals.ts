import {
  KafkaJSAggregateError,
  KafkaJSConnectionError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} from 'kafkajs';
import { KafkaRefused } from './access-control';
import { explained } from './broker-problem';
import type { KafkaAccess } from './kafkajs-client';

/** One piece of work, and the right that Kafka wants for it. */
export interface Errand {
  /** As it stands after "may not". */
  readonly what: string;
  readonly right: string;
}

/** What the brokers, or their silence, mean to who has to mend it. */
export function refusalIn(error: unknown, { brokers, sasl }: KafkaAccess, { what, right }: Errand): unknown {
  const cause = causeOf(error);
  const user = sasl?.username ?? 'ANONYMOUS';
  if (cause instanceof KafkaJSSASLAuthenticationError) {
    return new KafkaRefused(
      sasl
        ? `The brokers at ${brokers.join()} do not let ${user} in: check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`
        : `The brokers at ${brokers.join()} want a user: set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`,
    );
  }
  if (isSilence(cause)) {
    const tls = sasl ? '' : ', whether they want a user (KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD)';
    // The others may live: "fieldcase doctor" looks at each.
    const silent = brokers.length > 1 && (cause as { readonly broker?: string }).broker;
    const who = silent
      ? `${silent}, one of several brokers, does not answer`
      : `No broker answers at ${brokers.join()}`;
    return new KafkaRefused(
      `${who}: check that they run (fieldcase doctor), KAFKA_BROKERS${tls}, and whether they want TLS (KAFKA_SSL_CA).`,
    );
  }
  if (cause instanceof KafkaJSProtocolError && isForbidden(cause.type)) return missing(user, { what, right });
  return explained(error);
}

export const missing = (user: string, { what, right }: Errand): KafkaRefused =>
  new KafkaRefused(`${user} may not ${what}: it needs ${right}. Run this as a user that has it (KAFKA_SASL_USERNAME).`);

const isForbidden = (type: string): boolean => /^(CLUSTER|TOPIC|GROUP)_AUTHORIZATION_FAILED$/.test(type);

function isSilence(error: unknown): boolean {
  return (
    error instanceof KafkaJSConnectionError ||
    error instanceof KafkaJSRequestTimeoutError ||
    (error instanceof Error && error.name === 'KafkaJSBrokerNotFound')
  );
}

function causeOf(error: unknown): unknown {
  if (error instanceof KafkaJSNumberOfRetriesExceeded && error.cause) return causeOf(error.cause);
  if (error instanceof KafkaJSAggregateError) return causeOf(error.errors[0]);
  return error;
}
