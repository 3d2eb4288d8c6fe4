import { streamId } from '@fieldcase/eventsourcing';
import { RacingStore, START, applicationOn, agent, report } from './application.fixture';
import { metadataOf } from './metadata';
import { newEvent } from './new-events';

describe('newEvent', () => {
  it('puts personal fields apart under the root of the stream, and leaves out what is undefined', () => {
    const data = { caseId: 'a:b', contact: report.contact, region: 'east', county: undefined };
    const event = newEvent(streamId('case', 'a:b'), { type: 'FaultReported', data }, START, metadataOf(agent));
    expect(event.data).toEqual({ caseId: 'a:b', region: 'east' });
    expect(event.personal).toEqual({ subjectId: 'a:b', data: { contact: report.contact } });
  });

  it('so that an erasure by the id of the case reaches everything of it', async () => {
    const store = new RacingStore();
    const { cases } = applicationOn(store, () => START);
    const { id } = await cases.handle(undefined, report, agent);
    expect(await store.stored(`case:${id}`, true)).toMatchObject([{ data: { contact: report.contact } }]);
    expect(await store.eraseSubject(id)).toBe(1);
    expect((await store.stored(`case:${id}`, true))[0]?.data).not.toHaveProperty('contact');
  });
});
