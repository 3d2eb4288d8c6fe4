import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { ApplicationModule, createApplication } from '@fieldcase/application';
import { InMemoryEventStore, InMemoryLogSource } from '@fieldcase/eventsourcing';
import { RATING_WINDOW_MS } from '@fieldcase/domain';
import { CaseViews, PartViews, RatingViews } from '@fieldcase/read-models';
import { createApi, type Api } from '../../../apps/api/src/create-api';
import type { ApiLimits, ApiOptions } from '../../../apps/api/src/api-options';
import { JsonLog } from '../../../apps/api/src/http/json-log';
import { supplyOf } from './part-supply';

export const NOW = Date.parse('2026-11-23T01:00:00Z');
const ISSUER = 'test-issuer';
const AUDIENCE = 'fieldcase';
const HOUR = 3_600_000;
/** Specs set the clock; whoever has a token keeps it. */
const A_YEAR_S = 365 * 86_400;

export interface TokenClaims {
  readonly sub?: string;
  readonly roles: readonly string[];
  readonly regions?: readonly string[];
  readonly depots?: readonly string[];
}

/** A listening API, whatever it stands on. */
export interface ServedApi {
  readonly api: Api;
  readonly url: string;
  /** Every line that it logged. */
  readonly logged: string[];
  readonly clock: { readonly now: number };
  token(claims: TokenClaims): Promise<string>;
  stop(): Promise<void>;
}

export interface ApiUnderTest extends ServedApi {
  readonly store: InMemoryEventStore;
  readonly clock: { now: number };
  /** Lets part supply follow the log until it has nothing left to do. */
  supply(): Promise<void>;
  sign(claims: object, header?: object): Promise<string>;
  publicJwk(): Promise<JWK>;
}

export interface FixtureOptions {
  readonly limits?: Partial<ApiLimits>;
  readonly change?: (options: ApiOptions) => ApiOptions;
}

let keys: Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> | undefined;

/** The whole API with its deciders on an in-memory log; lists answer nothing (they have their own tests). */
export async function startApi({ limits = {}, change = (given) => given }: FixtureOptions = {}): Promise<ApiUnderTest> {
  const { privateKey, publicKey } = await (keys ??= generateKeyPair('ES256', { extractable: true }));
  const clock = { now: NOW };
  const logged: string[] = [];
  const store = new InMemoryEventStore({ now: () => clock.now });
  const { options, supply } = optionsOn(store, clock, logged, limits);
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256' };
  const issuer = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['ES256'],
    key: createLocalJWKSet({ keys: [publicJwk] }),
  };
  const api = await createApi(change({ ...options, issuer }));
  const url = await listen(api);
  const sign = (claims: object, header: object = {}): Promise<string> => {
    const now = Math.floor(clock.now / 1_000);
    return new SignJWT({ iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + A_YEAR_S, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'JWT', ...header })
      .sign(privateKey);
  };
  return {
    api,
    url,
    store,
    logged,
    clock,
    supply,
    sign,
    publicJwk: async () => publicJwk,
    token: ({ sub, ...claims }) => sign({ sub: sub ?? `demo-${claims.roles.join('-')}`, ...claims }),
    stop: () => api.stop(),
  };
}

/** On a free port of the loopback interface. */
export async function listen({ app }: Api): Promise<string> {
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

function optionsOn(
  store: InMemoryEventStore,
  clock: { readonly now: number },
  logged: string[],
  limits: Partial<ApiLimits>,
): { readonly options: Omit<ApiOptions, 'issuer'>; readonly supply: () => Promise<void> } {
  const now = (): number => clock.now;
  const log = new InMemoryLogSource(store);
  const application = createApplication({
    store,
    referenceSource: log,
    secret: Buffer.from('test'),
    limits: { occurredAtPastMs: 72 * HOUR, occurredAtFutureMs: 300_000, reopenWindowMs: 30 * 24 * HOUR },
    now,
  });
  const nothing = async () => ({ items: [], next: null, position: (await store.head()).toString() });
  const options: Omit<ApiOptions, 'issuer'> = {
    application: ApplicationModule.of(application),
    access: application.cases,
    log: new JsonLog((line) => void logged.push(line), now),
    limits: { trustProxyHops: 0, commandsPerMinute: 1_000_000, queriesPerMinute: 1_000_000, ...limits },
    now,
    operations: quiet(store),
    sources: {
      board: { list: nothing },
      summary: { summary: nothing },
      cases: new CaseViews(store, async (position) => {
        const { events } = await log.read({ after: position - 1n, limit: 1, upTo: position });
        return events[0]?.recordedAt ?? null;
      }),
      parts: new PartViews(store),
      ratings: new RatingViews(store, RATING_WINDOW_MS),
      satisfaction: { figures: nothing },
      surveyLinks: application.surveyLinks,
      depots: { stock: nothing, suggestions: nothing, worklist: nothing },
      assets: { asset: async () => null },
      technicians: { technicians: nothing, visits: nothing },
      approvals: { list: nothing },
      reference: application.referenceData,
      readModels: { waitFor: async (_, position) => (await store.head()) >= position },
      log,
      now,
      waitMs: 20,
    },
  };
  return { options, supply: supplyOf(log, application.partSupply) };
}

/** Of a system in which nothing is behind. */
const quiet = (store: InMemoryEventStore): ApiOptions['operations'] => ({
  checkReady: async () => undefined,
  snapshot: async () => ({
    log: { head: (await store.head()).toString() },
    projections: [],
    subscriptions: [],
    timers: { open: 0, due: 0, oldestLatenessMs: 0, nextDueAt: null, fired: null },
    relay: { state: 'absent', problem: null, since: null, position: '0', lagEvents: 0, lagSeconds: 0 },
    parked: 0,
    parkedStreams: 0,
    parkedRecords: 0,
    leases: [],
    needs: [],
    pool: { total: 0, idle: 0, waiting: 0 },
  }),
});
