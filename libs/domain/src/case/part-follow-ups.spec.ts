import type { CommandContext } from '@fieldcase/eventsourcing';
import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import { dispatcher, h, isoH, wang, type History } from './case-history.fixture';
import type { CaseCommand } from './case.commands';
import { followUps } from './case.streams';
import {
  acknowledged,
  allocated,
  asked,
  backordered,
  declinedBy,
  own,
  partReceived,
  partReturned,
  R1,
  sent,
} from './part-history.fixture';

const CARD = 'stock:gaolan:belt-8';
const LIST = 'backorders:belt-8';
const reference = { kind: 'part-request', id: R1 };
const context: CommandContext = { now: h(9), occurredAt: h(9), ...wang };

/** What a command writes beside the case, as stream and command. */
function writes(command: CaseCommand, ...history: readonly (History | readonly History[])[]) {
  const state = DeciderSpec.for(caseDecider)
    .given(...history)
    .state();
  const decided = caseDecider.decide(command, state, context);
  return followUps(context, decided, state).map(({ streamId, command: next }) => [streamId, next] as const);
}
const notice = (change: string, more: object = {}) =>
  expect.objectContaining({ type: 'NoticePartRequest', change, ...more });
const at = { partRequestId: R1, depotId: 'gaolan' } as const;
const sourced = (...sources: readonly (readonly [string, number])[]): CaseCommand => ({
  type: 'SourcePart',
  partRequestId: R1,
  sources: sources.map(([depotId, pieces]) => ({ depotId, available: { own: pieces } })),
  backorderAt: 'factory',
});

describe('what a part request writes elsewhere, in the same append', () => {
  it('an allocation reserves on the card and tells the depot, without anything personal', () => {
    expect(writes(sourced(['gaolan', 5]), asked)).toEqual([
      [CARD, { type: 'ReserveStock', reference, lines: [own(2)] }],
      [
        'depotfeed:gaolan',
        {
          type: 'NoticePartRequest',
          change: 'placed',
          partRequestId: R1,
          caseId: 'c1',
          caseNumber: '7KM-3RX-4',
          partNumber: 'belt-8',
          quantity: 2,
          lines: [own(2)],
          promisedAt: isoH(74),
          priority: 'normal',
          technicianId: 'wang',
        },
      ],
    ]);
  });

  it('a back-order joins the waiting list, and leaves it when served', () => {
    const depots = ['gaolan'];
    expect(writes(sourced(['gaolan', 0]), asked)).toEqual([
      [LIST, { type: 'QueueBackorder', partRequestId: R1, quantity: 2, pressing: false, promisedAt: h(74), depots }],
      ['depotfeed:factory', notice('backordered')],
    ]);
    expect(writes(sourced(['gaolan', 2]), asked, backordered())).toEqual([
      [CARD, { type: 'ReserveStock', reference, lines: [own(2)] }],
      [LIST, { type: 'LeaveBackorders', partRequestId: R1 }],
      ['depotfeed:factory', notice('moved')],
      ['depotfeed:gaolan', notice('placed')],
    ]);
  });

  it('a split reserves for each part and lets what is missing wait', () => {
    const written = writes(sourced(['van', 1]), asked);
    expect(written.map(([streamId, { type }]) => [streamId, type])).toEqual([
      ['stock:van:belt-8', 'ReserveStock'],
      ['depotfeed:van', 'NoticePartRequest'],
      [LIST, 'QueueBackorder'],
      ['depotfeed:factory', 'NoticePartRequest'],
    ]);
    expect(written[0]?.[1]).toMatchObject({ reference: { id: `${R1}.1` }, lines: [own(1)] });
  });

  it('what a depot does moves its own card and is told to it', () => {
    const given = [...asked, allocated()];
    expect(writes({ type: 'AcknowledgePartRequest', ...at }, given)).toEqual([
      ['depotfeed:gaolan', notice('acknowledged')],
    ]);
    expect(writes({ type: 'DeclinePartRequest', ...at, reason: 'personal' }, given)).toEqual([
      [CARD, { type: 'ReleaseReservation', reference, cause: 'declined' }],
      ['depotfeed:gaolan', notice('moved')],
    ]);
    expect(writes({ type: 'ShipPart', ...at }, given, acknowledged())).toEqual([
      [CARD, { type: 'IssueReserved', reference }],
      ['depotfeed:gaolan', notice('shipped')],
    ]);
    expect(writes({ type: 'BreakPartPromise', ...at }, given)).toEqual([['depotfeed:gaolan', notice('moved')]]);
    expect(writes(sourced(['lanzhou', 9]), given, declinedBy()).map(([streamId]) => streamId)).toEqual([
      'stock:lanzhou:belt-8',
      'depotfeed:lanzhou',
    ]);
  });

  it('what a technician tells is told on; stock rises only when the depot has it back', () => {
    expect(writes({ type: 'ReceivePart', partRequestId: R1, quantity: 1 }, sent)).toEqual([
      ['depotfeed:gaolan', notice('received', { quantity: 1 })],
    ]);
    const giveBack = { type: 'ReturnUnused', partRequestId: R1, quantity: 1, condition: 'good' } as const;
    expect(writes(giveBack, sent, partReceived())).toEqual([['depotfeed:gaolan', notice('return-announced')]]);
    const take = { type: 'ReceiveReturn', ...at, quantity: 1, condition: 'good' } as const;
    expect(writes(take, sent, partReceived(), partReturned())).toEqual([
      [CARD, { type: 'TakeBack', reference, lines: [own(1)], condition: 'good' }],
      ['depotfeed:gaolan', notice('return-received')],
    ]);
  });

  it('a cancelled case gives its promises back', () => {
    const history = [...asked.filter(({ type }) => type !== 'TechnicianDispatched'), allocated()];
    const state = DeciderSpec.for(caseDecider).given(history).state();
    const by = { ...context, ...dispatcher };
    const decided = caseDecider.decide({ type: 'CancelCase', reason: 'mistake' }, state, by);
    expect(followUps(by, decided, state).map(({ streamId, command }) => [streamId, command.type])).toEqual([
      [CARD, 'ReleaseReservation'],
      ['depotfeed:gaolan', 'NoticePartRequest'],
    ]);
  });
});
