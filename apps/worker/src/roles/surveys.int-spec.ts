import { createApplication, type Application, type CaseCommandInput } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { surveyStream } from '@fieldcase/domain';
import { ProjectionRunner, readLogIdentity } from '@fieldcase/postgres';
import { DueSurveys, satisfactionProjection, type QueryClient } from '@fieldcase/read-models';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { connect, type Connections } from '../connections';
import { sendDue } from './surveys';

const spec = { actor: 'spec', roles: ['dispatcher', 'supervisor'] };
const DAY = 24 * 3_600_000;
const { limits } = loadConfig({});
let database: TestDatabase;
let connections: Connections;
let application: Application;
let due: DueSurveys;

beforeAll(async () => {
  database = await createTestDatabase();
  connections = connect({ databaseUrl: database.url, poolSize: 8 }, () => undefined);
  const { pool, store, references } = connections;
  const { secret } = await readLogIdentity(pool);
  application = createApplication({ store, referenceSource: references, secret, limits });
  due = new DueSurveys(pool as unknown as QueryClient);
});
afterAll(async () => {
  await connections.close();
  await database.drop();
});

const on = (caseId: string, command: CaseCommandInput) => application.cases.handle(caseId, command, spec);
const close = (caseId: string) => on(caseId, { type: 'CloseCase', resolution: 'solved-by-phone', note: 'by phone' });
const closedCase = async (caseType: 'fault' | 'enquiry' = 'fault'): Promise<string> => {
  const contact = { name: '王', phone: '13900001111' };
  const fault = { siteName: '青岛农场', contact, address: '一路 1 号', faultDescription: 'belt', caseType };
  const report = { type: 'ReportFault', region: 'shandong', ...fault } as const;
  const { id } = await application.cases.handle(undefined, report, spec);
  await close(id);
  return id;
};
const project = async (): Promise<void> => {
  const { pool, source } = connections;
  await new ProjectionRunner({ pool, source, projection: satisfactionProjection }).catchUp();
};
/** At `later` than now, as far as the sender knows. */
const send = (delay = 0, later = 0): Promise<number> => sendDue(application, due, delay, Date.now() + later);
const surveyOf = async (caseId: string): Promise<string[]> => {
  const stream = surveyStream(caseId);
  const events = (await connections.store.readStreams([stream])).get(stream) ?? [];
  return events.map(({ type, data }) => `${type} ${(data as { cycle: number }).cycle}`);
};

describe('the sender of surveys', () => {
  it('waits for the delay, then sends once, whoever looks and however often', async () => {
    const id = await closedCase();
    await project();
    await send(DAY);
    expect(await surveyOf(id)).toEqual([]);
    // Two workers at once, and the read model that both look at does not know of either.
    await Promise.all([send(DAY, DAY + 1_000), send(DAY, DAY + 1_000)]);
    await send(DAY, DAY + 1_000);
    expect(await surveyOf(id)).toEqual(['SurveySent 1']);
    await project();
    expect(await send(DAY, DAY + 1_000)).toBe(0);
  });

  it('sends nothing for a case that was reopened since the read model was written, and asks after its next closing', async () => {
    const id = await closedCase();
    await project();
    await on(id, { type: 'ReopenCase', reason: 'again' });
    await send();
    expect(await surveyOf(id)).toEqual([]);
    await close(id);
    await project();
    await send();
    expect(await surveyOf(id)).toEqual(['SurveySent 2']);
  });

  it('asks nobody who has rated already, nor about enquiries, nor after the time in which one may answer', async () => {
    const [rated, enquiry, old] = [await closedCase(), await closedCase('enquiry'), await closedCase()];
    const told = { kind: 'csat', score: 5, via: 'telephone', channel: 'phone' } as const;
    await application.surveys.handle({ type: 'SubmitRating', caseId: rated, ...told }, { ...spec, roles: ['agent'] });
    await project();
    await send(0, 14 * DAY + 1_000);
    expect(await surveyOf(old)).toEqual([]);
    await send();
    expect(await surveyOf(old)).toEqual(['SurveySent 1']);
    expect(await surveyOf(rated)).toEqual(['RatingSubmitted 1']);
    expect(await surveyOf(enquiry)).toEqual([]);
  });

  it('stores nothing that opens a survey', async () => {
    const id = await closedCase();
    await project();
    await send();
    const stream = surveyStream(id);
    const [sent] = (await connections.store.readStreams([stream])).get(stream) ?? [];
    const token = application.surveyLinks.tokenOf({ caseId: id, cycle: 1 });
    expect(JSON.stringify([sent?.data, sent?.metadata])).not.toContain(token.split('.')[1]);
    expect(Object.keys(sent?.data ?? {}).sort()).toEqual(['cycle', 'expiresAt']);
  });
});
