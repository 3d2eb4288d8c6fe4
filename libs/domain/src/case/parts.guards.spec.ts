import type { CommandContext } from '@fieldcase/eventsourcing';
import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import { dispatched, h, reported, wang, type History } from './case-history.fixture';
import { followUps } from './case.streams';
import {
  allocated,
  asked,
  declinedBy,
  own,
  partReceived,
  partReturned,
  R1,
  requested,
  shipped,
  split,
} from './part-history.fixture';

/** What the parts of a request remember, and what is told of it elsewhere. */
const spec = DeciderSpec.for(caseDecider, wang);
const maker = (quantity: number) => ({ owner: 'maker', quantity });
const short = (child: string): History => ({
  type: 'PartShortageReported',
  data: { partRequestId: R1, quantity: 1, reason: 'lost', child },
  at: h(3),
});

describe('pieces that a depot has back', () => {
  it('are counted whether they are good or defective: the next ones are of the next owner', () => {
    const lines = [maker(1), own(1)];
    const taken: History = {
      type: 'PartReturnReceived',
      data: { partRequestId: R1, depotId: 'gaolan', lines: [own(1)], condition: 'defective' },
      at: h(7),
    };
    const take = {
      type: 'ReceiveReturn',
      partRequestId: R1,
      depotId: 'gaolan',
      quantity: 1,
      condition: 'good',
    } as const;
    spec
      .given(asked, allocated(lines), shipped(lines), partReceived(), partReturned(2), taken)
      .when(take)
      .then({
        type: 'PartReturnReceived',
        data: { partRequestId: R1, depotId: 'gaolan', lines: [maker(1)], condition: 'good' },
      });
  });
});

describe('the parts of a request', () => {
  it('know who has declined it: that depot is not asked again', () => {
    const parted = split([
      [`${R1}.1`, 1],
      [`${R1}.2`, 1],
    ]);
    const given = spec.given(asked, allocated(), declinedBy('gaolan'), parted);
    expect(given.state().parts.map(({ excluded }) => excluded)).toEqual([['gaolan'], ['gaolan'], ['gaolan']]);
    const sources = ['gaolan', 'lanzhou'].map((depotId) => ({ depotId, available: { own: 9 } }));
    given
      .when({ type: 'SourcePart', partRequestId: `${R1}.2`, sources })
      .then({ type: 'PartAllocated', data: { partRequestId: `${R1}.2`, depotId: 'lanzhou', lines: [own(1)] } });
  });

  it('have each a number of their own, however many there are', () => {
    const many = [reported(), dispatched(), requested({ quantity: 3 }), allocated([own(3)]), shipped([own(3)])];
    const given = spec.given(many, short(`${R1}.1`), short(`${R1}.2`));
    expect(given.state().parts[0]?.children).toBe(2);
    const report = { type: 'ReportShortage', partRequestId: R1, quantity: 1, reason: 'lost' } as const;
    expect(given.when(report).decided()[0]?.data).toMatchObject({ child: `${R1}.3` });
  });
});

describe('who waits for a part', () => {
  it.each([
    ['normal', false],
    ['season', true],
    ['urgent', true],
  ] as const)('presses by the priority of the case: %s', (priority, pressing) => {
    const state = DeciderSpec.for(caseDecider).given(reported({ priority }), dispatched(), requested()).state();
    const context: CommandContext = { now: h(9), occurredAt: h(9), ...wang };
    const source = { type: 'SourcePart', partRequestId: R1, sources: [], backorderAt: 'factory' } as const;
    const written = followUps(context, caseDecider.decide(source, state, context), state);
    const queued = written.map(({ command }) => command).find(({ type }) => type === 'QueueBackorder');
    expect(queued).toMatchObject({ partRequestId: R1, pressing });
  });
});
