import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import { agent, li, reported, wang } from './case-history.fixture';
import { allocated, asked, own, partCancelled, R1, requested, sent, shipped, split } from './part-history.fixture';

const spec = DeciderSpec.for(caseDecider, wang);

describe('CancelPartRequest', () => {
  const cancel = { type: 'CancelPartRequest', partRequestId: R1, reason: 'bought elsewhere' } as const;
  const gone = (partRequestId: string, quantity: number) =>
    ({ type: 'PartRequestCancelled', data: { partRequestId, quantity, reason: 'bought elsewhere' } }) as const;

  it('ends a request with all of its parts', () => {
    spec.given(asked, allocated()).when(cancel).then(gone(R1, 2));
    spec
      .given(
        asked,
        split([
          [`${R1}.1`, 1],
          [`${R1}.2`, 1],
        ]),
      )
      .when(cancel)
      .then(gone(`${R1}.1`, 1), gone(`${R1}.2`, 1));
  });

  it('is refused once anything has left a depot, twice, and to others', () => {
    spec.given(sent).when(cancel).thenRejected('part-request.already-shipped');
    spec
      .given(
        asked,
        split([
          [`${R1}.1`, 1],
          [`${R1}.2`, 1],
        ]),
        shipped([own(1)], undefined, `${R1}.2`),
      )
      .when(cancel)
      .thenRejected('part-request.already-shipped');
    spec.given(asked, partCancelled()).when(cancel).thenRejected('part-request.cancelled');
    spec
      .given(asked)
      .when({ ...cancel, partRequestId: 'c1.2' })
      .thenRejected('part-request.unknown');
    spec.given(asked).when(cancel, li).thenRejected('case.unknown');
  });

  it('happens to what has not been shipped when the case is cancelled, and keeps a merge waiting', () => {
    const history = [...asked.filter(({ type }) => type !== 'TechnicianDispatched'), allocated()];
    const reason = 'bought elsewhere';
    spec
      .given(history)
      .when({ type: 'CancelCase', reason }, agent)
      .then(gone(R1, 2), { type: 'CaseCancelled', data: { reason } });
    spec
      .given(reported(), requested())
      .when({ type: 'MergeDuplicate', into: 'c0' }, agent)
      .thenRejected('part-request.open', { params: { partRequestId: R1 } });
  });
});
