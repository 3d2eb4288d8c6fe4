import { z } from 'zod';
import { FAILPOINTS, type ArmedFailpoint, type Failpoint } from './failpoint';

const DAY_MS = 24 * 3_600_000;
const WORKER_ROLES = ['projections', 'processes', 'timers', 'relay'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

const text = z.string().trim().min(1);
const whole = (least: number, most: number) => {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};
const port = whole(0, 65_535);
const positive = whole(1, 1_000_000_000);
const url = (...protocols: string[]) =>
  text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `expected a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
const roles = text
  .transform((value) => value.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(WORKER_ROLES)).nonempty());

/** ISO 8601 of days, hours, minutes, seconds, at most 13 days: later nobody may answer any more. */
const duration = text.transform((value, context) => {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?=\d|T\d)(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?$/.exec(value) ?? [];
  const ms = Number(days) * DAY_MS + Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000;
  if ((ms > 0 || /^PT0[HMS]$/.test(value)) && ms <= 13 * DAY_MS) return ms;
  context.addIssue({ code: 'custom', message: 'expected an ISO 8601 duration from PT0S to P13D, e.g. PT24H' });
  return z.NEVER;
});

/** `name` or `name:nth`. */
const armedFailpoint = text.transform((value, context): ArmedFailpoint => {
  const [, name, nth = '1'] = /^([a-z.-]+?)(?::([1-9]\d{0,6}))?$/.exec(value) ?? [];
  const known = FAILPOINTS.find((failpoint): failpoint is Failpoint => failpoint === name);
  if (known) return { name: known, nth: Number(nth) };
  context.addIssue({ code: 'custom', message: `expected name or name:nth, of ${FAILPOINTS.join(', ')}` });
  return z.NEVER;
});

/** `host:port` */
export const BROKER_ADDRESS = /^[^\s:/]+:\d{1,5}$/;

const REPLICAS = 'expected a whole number from 1 to 7';

const environment = z.object({
  PORT: port.default(3000),
  HOST: text.default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  METRICS_HOST: text.default('127.0.0.1'),
  FIELDCASE_DATA_DIR: text.default('.data'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_MIGRATION_URL: url('postgres:', 'postgresql:').optional(),
  READ_MODELS_DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  READ_MODELS_MIGRATION_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_POOL_SIZE: whole(1, 200).default(10),
  ROLES: roles.default(['projections', 'processes', 'timers', 'relay']),
  KAFKA_BROKERS: text
    .transform((value) => value.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(BROKER_ADDRESS, 'expected host:port, several separated by commas')).nonempty())
    .optional(),
  KAFKA_PREFIX: text.regex(/^[A-Za-z0-9._-]{1,80}$/, 'expected letters, digits, dots and dashes').default('fieldcase'),
  KAFKA_REPLICAS: z.coerce
    .number({ error: REPLICAS })
    .int({ error: REPLICAS })
    .min(1, { error: REPLICAS })
    .max(7, { error: REPLICAS })
    .default(3),
  KAFKA_SASL_USERNAME: text.optional(),
  KAFKA_SASL_PASSWORD: text.optional(),
  KAFKA_SSL_CA: text.optional(),
  AUTH_JWKS_URL: url('https:', 'http:').optional(),
  AUTH_ISSUER: text.optional(),
  AUTH_AUDIENCE: text.optional(),
  OCCURRED_AT_PAST_HOURS: positive.default(72),
  OCCURRED_AT_FUTURE_MINUTES: whole(0, 1_000_000).default(5),
  REOPEN_DAYS: positive.default(30),
  ADJUSTMENT_LIMIT: whole(0, 1_000_000).default(10),
  SURVEY_DELAY: duration.default(DAY_MS),
  TRUST_PROXY_HOPS: whole(0, 10).default(0),
  RATE_COMMANDS_PER_MINUTE: positive.default(60_000),
  RATE_QUERIES_PER_MINUTE: positive.default(120_000),
  QUERY_WAIT_MS: positive.default(5_000),
  FAILPOINT: armedFailpoint.optional(),
});

export interface KafkaConfig {
  readonly brokers: readonly string[];
  /** Of all topics and groups. */
  readonly prefix: string;
  readonly replicas: number;
  /** SCRAM-SHA-512. */
  readonly sasl: { readonly username: string; readonly password: string } | undefined;
  /** Path of a PEM; absent: no TLS. */
  readonly caFile: string | undefined;
}

/** A database for analysts beside the log's. */
export interface SinkConfig {
  readonly url: string;
  /** Its owner, for migrations. */
  readonly migrationUrl: string;
}

/** Everything a process may know of its surroundings. Durations in ms. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Secrets of the demo issuer, and the embedded server's data. */
  readonly dataDir: string;
  /** The application's connection; absent only for verbs that find the running instance by its data folder. */
  readonly databaseUrl: string | undefined;
  /** The owner, for migrations; the same as `databaseUrl` where only one is given. */
  readonly migrationUrl: string | undefined;
  readonly poolSize: number;
  /** Where a worker keeps its read models, if not in the log's database: the API does not serve them. */
  readonly sink: SinkConfig | undefined;
  readonly roles: readonly WorkerRole[];
  /** Where a worker serves its figures; absent: nowhere. The API serves its own. */
  readonly metrics: { readonly port: number; readonly host: string } | undefined;
  /** Absent in embedded mode: read models are fed from the log itself. */
  readonly kafka: KafkaConfig | undefined;
  /** Of all topics, whether there are brokers or not: the document about them names it. */
  readonly topicPrefix: string;
  readonly auth:
    | { readonly kind: 'external'; readonly jwksUrl: string; readonly issuer: string; readonly audience: string }
    | { readonly kind: 'demo'; readonly issuer: string; readonly audience: string };
  readonly limits: {
    readonly occurredAtPastMs: number;
    readonly occurredAtFutureMs: number;
    readonly reopenWindowMs: number;
    /** Pieces; stock adjustments by more wait for a second person. */
    readonly adjustmentLimit: number;
    /** From the closing to the survey. */
    readonly surveyDelayMs: number;
    readonly trustProxyHops: number;
    readonly commandsPerMinute: number;
    readonly queriesPerMinute: number;
    /** How long `?after=` waits for a read model. */
    readonly queryWaitMs: number;
  };
  /** Where a fault test ends this process; never set in service. */
  readonly failpoint: ArmedFailpoint | undefined;
}

/** Every wrong variable at once, one line each: name, what was expected. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Configuration refused:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Parses the environment once; nobody else reads it. Throws ConfigError. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const e = parsed.data;
  return {
    port: e.PORT,
    host: e.HOST,
    dataDir: e.FIELDCASE_DATA_DIR,
    databaseUrl: e.DATABASE_URL,
    migrationUrl: e.DATABASE_MIGRATION_URL ?? e.DATABASE_URL,
    poolSize: e.DATABASE_POOL_SIZE,
    sink: sinkOf(e),
    roles: e.ROLES,
    metrics: e.METRICS_PORT === undefined ? undefined : { port: e.METRICS_PORT, host: e.METRICS_HOST },
    kafka: kafkaOf(e),
    topicPrefix: e.KAFKA_PREFIX,
    auth: authOf(e),
    limits: {
      occurredAtPastMs: e.OCCURRED_AT_PAST_HOURS * 3_600_000,
      occurredAtFutureMs: e.OCCURRED_AT_FUTURE_MINUTES * 60_000,
      reopenWindowMs: e.REOPEN_DAYS * DAY_MS,
      adjustmentLimit: e.ADJUSTMENT_LIMIT,
      surveyDelayMs: e.SURVEY_DELAY,
      trustProxyHops: e.TRUST_PROXY_HOPS,
      commandsPerMinute: e.RATE_COMMANDS_PER_MINUTE,
      queriesPerMinute: e.RATE_QUERIES_PER_MINUTE,
      queryWaitMs: e.QUERY_WAIT_MS,
    },
    failpoint: e.FAILPOINT,
  };
}

/** Process managers, timers and the relay belong to the log's database, and would work there a second time. */
function sinkOf(e: z.infer<typeof environment>): SinkConfig | undefined {
  const { READ_MODELS_DATABASE_URL: url, READ_MODELS_MIGRATION_URL: migrationUrl, DATABASE_URL, ROLES } = e;
  if (url === undefined) {
    if (migrationUrl === undefined) return undefined;
    throw new ConfigError(['READ_MODELS_DATABASE_URL: expected, because READ_MODELS_MIGRATION_URL is set']);
  }
  const problems: string[] = [];
  if (ROLES.some((role) => role !== 'projections')) {
    problems.push('ROLES: expected projections alone, because READ_MODELS_DATABASE_URL is set');
  }
  if (url === DATABASE_URL) {
    problems.push("READ_MODELS_DATABASE_URL: expected another database than the log's (DATABASE_URL)");
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { url, migrationUrl: migrationUrl ?? url };
}

/** A user without a password, or the other way round, is a mistake. */
function kafkaOf(e: z.infer<typeof environment>): KafkaConfig | undefined {
  const { KAFKA_BROKERS: brokers, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = e;
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'KAFKA_SASL_USERNAME' : 'KAFKA_SASL_PASSWORD';
    throw new ConfigError([`${missing}: expected, because the other one is set`]);
  }
  if (!brokers) return undefined;
  const sasl = username !== undefined && password !== undefined ? { username, password } : undefined;
  return { brokers, prefix: e.KAFKA_PREFIX, replicas: e.KAFKA_REPLICAS, sasl, caFile: e.KAFKA_SSL_CA };
}

/** One of three given means an external issuer: then all three are needed, or tokens would be half checked. */
function authOf(e: z.infer<typeof environment>): Config['auth'] {
  const { AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = e;
  if (!jwksUrl && !issuer && !audience) return { kind: 'demo', issuer: 'fieldcase-demo', audience: 'fieldcase' };
  if (!jwksUrl || !issuer || !audience) {
    const missing = Object.entries({ AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience });
    throw new ConfigError(
      missing
        .filter(([, value]) => !value)
        .map(([name]) => `${name}: expected, because another AUTH_* variable is set`),
    );
  }
  return { kind: 'external', jwksUrl, issuer, audience };
}
