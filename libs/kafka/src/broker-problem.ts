/**
 * What the client's errors mean to whoever runs the installation, in plain words and with what mends it. By their names
 * and types: the client itself is known in one file only.
 */
export type BrokerProblemKind =
  'unreachable' | 'closes' | 'credentials' | 'certificate' | 'rights' | 'too-few-brokers' | 'no-answer';

export class BrokerProblem extends Error {
  override readonly name = 'BrokerProblem';

  constructor(
    readonly kind: BrokerProblemKind,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
  }

  /** A broker that is away comes back by itself; the others wait for a person, and are tried again at long intervals. */
  get waitingHelps(): boolean {
    return this.kind === 'unreachable' || this.kind === 'closes' || this.kind === 'no-answer';
  }
}

/** As far as the client tells; of every kind of error something may be missing. */
interface ClientError extends Error {
  readonly type?: string;
  readonly code?: string | number;
  readonly broker?: string;
  readonly host?: string;
  readonly port?: number;
  readonly topic?: string;
  readonly groupId?: string;
  readonly errors?: readonly Error[];
}

const CERTIFICATE = /certificate|self[- ]signed|wrong version number|ssl routines|tls|altnames/i;
const UNKNOWN_HOST = /ENOTFOUND|EAI_AGAIN/;

/** The error itself where nothing better can be said of it. */
export function explained(error: unknown): Error {
  const root = rootOf(error);
  return problemOf(root) ?? (error instanceof Error ? error : new Error(String(error)));
}

/** Below what the client wraps around: how often it tried, or what else failed beside it. */
function rootOf(error: unknown): ClientError {
  const at = error as ClientError;
  if (at.name === 'KafkaJSAggregateError' && at.errors?.[0]) return rootOf(at.errors[0]);
  if (at.name === 'KafkaJSNumberOfRetriesExceeded' && at.cause instanceof Error) return rootOf(at.cause);
  return at;
}

function problemOf(error: ClientError): BrokerProblem | undefined {
  if (error instanceof BrokerProblem) return error;
  const { name, type = '', message } = error;
  if (name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED') {
    return problem(
      'credentials',
      'the broker refuses the user or the password: check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, and that the ' +
        'user has SCRAM-SHA-512 credentials there (kafka-configs.sh --describe --entity-type users)',
      error,
    );
  }
  if (type.endsWith('_AUTHORIZATION_FAILED')) return rightsProblem(type, error);
  if (type === 'INVALID_REPLICATION_FACTOR') {
    return problem(
      'too-few-brokers',
      'there are fewer brokers than copies wanted of the topic: start more brokers, or set KAFKA_REPLICAS to how many ' +
        'there are',
      error,
    );
  }
  if (name.startsWith('KafkaJSConnection') && CERTIFICATE.test(message)) {
    return problem(
      'certificate',
      `the certificate of ${placeOf(error)} is not trusted, or it speaks no TLS: set KAFKA_SSL_CA to the PEM of the ` +
        `authority that signed it; leave it out where the brokers speak no TLS`,
      error,
    );
  }
  return connectionProblem(error);
}

function connectionProblem(error: ClientError): BrokerProblem | undefined {
  const { name, message } = error;
  if (name === 'KafkaJSConnectionClosedError') {
    return problem(
      'closes',
      `${placeOf(error)} closes the connection: it may be starting or stopping; if it lasts, it asks for a user ` +
        `(KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD) or for TLS (KAFKA_SSL_CA), or is no Kafka at all`,
      error,
    );
  }
  if (name === 'KafkaJSConnectionError' && UNKNOWN_HOST.test(message)) {
    return problem(
      'unreachable',
      `the host of ${placeOf(error)} is not known here: check KAFKA_BROKERS, and advertised.listeners of the brokers`,
      error,
    );
  }
  if (name === 'KafkaJSConnectionError' || name === 'KafkaJSNoBrokerAvailableError') {
    return problem(
      'unreachable',
      `no broker answers at ${placeOf(error)}: does it run? Check KAFKA_BROKERS, advertised.listeners, and firewalls`,
      error,
    );
  }
  if (name !== 'KafkaJSRequestTimeoutError' && name !== 'BrokerSilent') return undefined;
  return problem(
    'no-answer',
    `${placeOf(error)} takes connections and does not answer: see its log and its load; other brokers that are away ` +
      `and too few replicas in sync (min.insync.replicas) look like this too: start them`,
    error,
  );
}

function rightsProblem(type: string, error: ClientError): BrokerProblem {
  const kind = type.replace('_AUTHORIZATION_FAILED', '').toLowerCase().replaceAll('_', ' ');
  const name = error.topic ?? error.groupId;
  const what = `the user of KAFKA_SASL_USERNAME may not do this to the ${kind}${name ? ` ${name}` : ''}`;
  return problem(
    'rights',
    `${what}: allow it Create, Describe, Read and Write on the topics, and Read, Describe and Delete on the groups that ` +
      `begin with KAFKA_PREFIX (kafka-acls.sh --add --resource-pattern-type prefixed)`,
    error,
  );
}

const problem = (kind: BrokerProblemKind, sentence: string, cause: unknown): BrokerProblem =>
  new BrokerProblem(kind, sentence, { cause });

function placeOf({ broker, host, port }: ClientError): string {
  if (host !== undefined) return `${host}:${port}`;
  return broker && !broker.startsWith('undefined') ? broker : 'any address of KAFKA_BROKERS';
}
