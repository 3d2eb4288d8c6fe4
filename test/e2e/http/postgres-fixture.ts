import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig, loadOrCreateDemoIssuer, signDemoToken } from '@fieldcase/config';
import { createApplication } from '@fieldcase/application';
import { eventUpcasters } from '@fieldcase/domain';
import {
  createPool,
  openLog,
  PostgresLogSource,
  PostgresPersonalData,
  ProjectionRunner,
  readLogIdentity,
} from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import type { Pool } from 'pg';
import type { ApiOptions } from '../../../apps/api/src/api-options';
import { connect } from '../../../apps/api/src/connections';
import { createApi } from '../../../apps/api/src/create-api';
import { JsonLog } from '../../../apps/api/src/http/json-log';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { listen, type ServedApi } from './api-fixture';
import { supplyOf } from './part-supply';

export interface ApiOnPostgres extends ServedApi {
  readonly database: TestDatabase;
  /** Where its issuer's key lies: another process of the same takes the same tokens. */
  readonly dataDir: string;
  /** A connection beside the API's own. */
  readonly pool: Pool;
  /** Brings every read model up to the log's head, as a worker would. */
  project(): Promise<void>;
  /** Lets part supply follow the log until it has nothing left to do, as a worker would. */
  supply(): Promise<void>;
}

export interface PostgresFixtureOptions {
  /** Environment variables beside the database's and the data folder's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly change?: (options: ApiOptions) => ApiOptions;
}

/** The API as `main.ts` makes it, in this process, on a database that is there. */
export async function serveOn(
  databaseUrl: string,
  dataDir: string,
  { env = {}, change = (given) => given }: PostgresFixtureOptions = {},
): Promise<Pick<ServedApi, 'api' | 'url' | 'logged' | 'stop'>> {
  const config = loadConfig({ DATABASE_URL: databaseUrl, FIELDCASE_DATA_DIR: dataDir, ...env });
  const logged: string[] = [];
  const { options, close } = await connect(config, new JsonLog((line) => void logged.push(line)));
  const api = await createApi(change({ ...options, onStopped: close }));
  return { api, url: await listen(api), logged, stop: () => api.stop() };
}

/** The same with a database of its own. */
export async function startApiOnPostgres(options: PostgresFixtureOptions = {}): Promise<ApiOnPostgres> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(path.join(tmpdir(), 'fieldcase-api-'));
  const served = await serveOn(database.url, dataDir, options);
  const issuer = await loadOrCreateDemoIssuer(dataDir);
  const pool = createPool({ url: database.url, max: 4 });
  const log = openLog(pool, { upcasters: eventUpcasters });
  const { secret } = await readLogIdentity(pool);
  const { limits } = loadConfig({});
  return {
    ...served,
    database,
    dataDir,
    pool,
    clock: {
      get now() {
        return Date.now();
      },
    },
    token: ({ sub, ...claims }) => signDemoToken(issuer, { sub: sub ?? `demo-${claims.roles.join('-')}`, ...claims }),
    project: () => project(pool),
    supply: supplyOf(
      log.source,
      createApplication({ store: log.store, referenceSource: log.references, secret, limits }).partSupply,
    ),
    async stop() {
      await served.stop();
      await log.close();
      await pool.end();
      await database.drop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

async function project(pool: Pool): Promise<void> {
  const source = new PostgresLogSource(pool);
  for (const projection of projections(new PostgresPersonalData(pool))) {
    await new ProjectionRunner({ pool, source, projection }).catchUp();
  }
  await source.close();
}
