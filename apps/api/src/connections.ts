import { createLocalJWKSet } from 'jose';
import { ApplicationModule, createApplication, type Application } from '@fieldcase/application';
import { loadOrCreateDemoIssuer, type Config } from '@fieldcase/config';
import { eventUpcasters, RATING_WINDOW_MS } from '@fieldcase/domain';
import {
  createPool,
  migrationNames,
  openLog,
  type PostgresEventStore,
  type PostgresLogSource,
  type PostgresPersonalData,
  readLogIdentity,
  ReadModelStatus,
} from '@fieldcase/postgres';
import {
  ApprovalQueries,
  AssetQueries,
  CaseBoardQueries,
  CaseViews,
  DepotQueries,
  PartViews,
  RatingViews,
  SatisfactionQueries,
  projections,
  SlaSummaryQueries,
  TechnicianQueries,
} from '@fieldcase/read-models';
import type { ApiOptions } from './api-options';
import type { JsonLog } from './http/json-log';
import { remoteKeys, type TrustedIssuer } from './http/token-verifier';
import { PostgresOperations } from './ops/operations';
import type { ReadSources } from './queries/read-sources';

/** What a customer's identity provider may sign with; the demo issuer has one. */
const EXTERNAL_ALGORITHMS = ['ES256', 'RS256', 'EdDSA'];

export interface Connected {
  readonly options: ApiOptions;
  close(): Promise<void>;
}

/** The API's parts on a PostgreSQL server. `now` is set by tests only. */
export async function connect(config: Config, log: JsonLog, now: () => number = Date.now): Promise<Connected> {
  if (!config.databaseUrl) throw new Error('DATABASE_URL: expected a PostgreSQL URL (npm start sets it by itself)');
  const pool = createPool({
    url: config.databaseUrl,
    max: config.poolSize,
    name: 'fieldcase-api',
    onError: (error) => log.failure('a connection broke', error),
  });
  const eventLog = openLog(pool, { upcasters: eventUpcasters });
  const { store, source, personal, references } = eventLog;
  const readModels = new ReadModelStatus(pool);
  const { secret } = await readLogIdentity(pool);
  const application = createApplication({
    store,
    referenceSource: references,
    secret,
    limits: config.limits,
    now,
  });
  const parts = { pool, store, source, personal, readModels, application };
  const options: ApiOptions = {
    issuer: await trustedIssuer(config),
    application: ApplicationModule.of(application),
    access: application.cases,
    sources: readSources(parts, config, now),
    operations: new PostgresOperations(pool, source, projections(personal), migrationNames),
    log,
    limits: config.limits,
    topicPrefix: config.topicPrefix,
    now,
  };
  return {
    options,
    async close() {
      await readModels.close();
      await eventLog.close();
      await pool.end();
    },
  };
}

interface Parts {
  readonly pool: ReturnType<typeof createPool>;
  readonly store: PostgresEventStore;
  readonly source: PostgresLogSource;
  readonly personal: PostgresPersonalData;
  readonly readModels: ReadModelStatus;
  readonly application: Application;
}

function readSources(
  { pool, store, source, personal, readModels, application }: Parts,
  { limits }: Config,
  now: () => number,
): ReadSources {
  const client = {
    query: async <Row>(text: string, values?: readonly unknown[]) => {
      const { rows, rowCount } = await pool.query(text, values as unknown[] | undefined);
      return { rows: rows as Row[], rowCount: rowCount ?? 0 };
    },
  };
  const positionOf = (projection: string): Promise<bigint> => readModels.position(projection);
  const recordedAtOf = async (position: bigint): Promise<number | null> => {
    const { events } = await source.read({ after: position - 1n, limit: 1, upTo: position });
    return events[0]?.recordedAt ?? null;
  };
  return {
    board: new CaseBoardQueries(client, positionOf),
    summary: new SlaSummaryQueries(client, positionOf),
    cases: new CaseViews(store, recordedAtOf),
    parts: new PartViews(store),
    ratings: new RatingViews(store, RATING_WINDOW_MS),
    satisfaction: new SatisfactionQueries(client, positionOf),
    surveyLinks: application.surveyLinks,
    depots: new DepotQueries(client, positionOf),
    assets: new AssetQueries(client, positionOf),
    technicians: new TechnicianQueries(client, positionOf),
    approvals: new ApprovalQueries(client, personal, positionOf),
    reference: application.referenceData,
    readModels,
    log: source,
    now,
    waitMs: limits.queryWaitMs,
  };
}

async function trustedIssuer({ auth, dataDir }: Config): Promise<TrustedIssuer> {
  const { issuer, audience } = auth;
  if (auth.kind === 'external') {
    return { issuer, audience, algorithms: EXTERNAL_ALGORITHMS, key: remoteKeys(auth.jwksUrl) };
  }
  const { publicJwk } = await loadOrCreateDemoIssuer(dataDir);
  return { issuer, audience, algorithms: ['ES256'], key: createLocalJWKSet({ keys: [publicJwk] }) };
}
