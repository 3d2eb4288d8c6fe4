import type { SlaPolicy } from '@fieldcase/domain';
import type { Application } from './application.module';
import {
  HOUR,
  RacingStore,
  START,
  agent,
  applicationOn,
  registerPlaces,
  report,
  supervisor,
} from './application.fixture';
import type { CaseCommandInput } from './handle-case';

const faster: SlaPolicy = {
  id: 'faster',
  name: '双抢',
  match: { region: 'east' },
  zone: 'Asia/Shanghai',
  targets: [{ target: 'onSiteResponse', withinMs: 4 * HOUR, warnAt: [], pausedBy: [] }],
  lateFactLimitMs: 2 * HOUR,
};
const triage = { type: 'TriageCase', faultCode: 'F1', priority: 'normal', handlingOpinion: '上门' } as const;

describe('what a case is judged by', () => {
  let store: RacingStore;
  let application: Application;
  let now: number;

  beforeEach(async () => {
    now = START;
    store = new RacingStore({ now: () => now });
    application = applicationOn(store, () => now);
    await registerPlaces(application);
  });
  const handle = (id: string | undefined, command: CaseCommandInput) => application.cases.handle(id, command, agent);
  const latest = async (id: string) => (await store.stored(`case:${id}`)).at(-1)?.data;

  it('is the policy in force at its report, also when it is triaged after the next was published', async () => {
    const { id } = await handle(undefined, report);
    const { sla } = (await latest(id)) as { sla: unknown };
    now += HOUR;
    await application.references.handle({ type: 'PublishSlaPolicy', ...faster }, supervisor);
    await handle(id, triage);
    expect(await latest(id)).toMatchObject({ faultCode: 'F1', sla });
    const { id: later } = await handle(undefined, report);
    expect(await latest(later)).toMatchObject({ sla: { policy: { id: 'faster', version: 1 } } });
  });

  it('is the depot of its place, and none once the place was corrected to one that has none', async () => {
    const { id } = await handle(undefined, report);
    const correct = (changes: object) => handle(id, { type: 'CorrectDetails', reason: '听错', changes });
    await correct({ region: 'south' });
    expect(await latest(id)).toMatchObject({ changes: { region: 'south', depotId: null } });
    await correct({ region: 'east' });
    expect(await latest(id)).toMatchObject({ changes: { region: 'east', depotId: 'hongqi-d' } });
    await correct({ product: 'drill' });
    expect(await latest(id)).toMatchObject({ changes: { product: 'drill' } });
    expect(await latest(id)).not.toHaveProperty('changes.depotId');
  });
});
