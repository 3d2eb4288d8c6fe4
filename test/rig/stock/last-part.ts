import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import type { Bench, Figures } from './bench';
import { buildNetwork } from './network';
import { clerk, openOffice, readCase, reportFault, requestPart, type Office } from './office';

const ROUNDS_SHARE = 10;
const LANES = 8;

/**
 * The last piece of a part in the region's depot, wanted at the same moment for cases of two counties' depots, sourced by
 * two processes' worth of part supply: exactly one gets it, and the other goes on to the factory by itself.
 */
export async function lastPart({ url, operations }: Bench): Promise<Figures> {
  const rounds = Math.ceil(operations / ROUNDS_SHARE);
  const [one, other] = [await openOffice(url), await openOffice(url)];
  try {
    await buildNetwork(one, LANES);
    const wins = { first: 0, second: 0 };
    let left = rounds;
    const lane = async (_: unknown, index: number): Promise<void> => {
      const partNumber = `part-${index + 1}`;
      const cases: [string, string] = [await reportFault(one, 'county-1-1'), await reportFault(other, 'county-1-2')];
      for (let done = 0; left > 0; done += 1) {
        left -= 1;
        // A case's streams grow with its requests.
        if (done % 20 === 19)
          cases.splice(0, 2, await reportFault(one, 'county-1-1'), await reportFault(other, 'county-1-2'));
        wins[await race([one, other], cases, partNumber)] += 1;
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: LANES }, lane));
    const seconds = Math.round((performance.now() - began) / 1_000);
    return { races: rounds, ...wins, seconds };
  } finally {
    await one.close();
    await other.close();
  }
}

async function race(
  [one, other]: readonly [Office, Office],
  cases: readonly [string, string],
  partNumber: string,
): Promise<'first' | 'second'> {
  await receive(one, 'region-1', partNumber);
  await receive(one, 'factory', partNumber);
  const requests = await Promise.all([
    requestPart(one, cases[0], partNumber, 1),
    requestPart(other, cases[1], partNumber, 1),
  ]);
  await Promise.all([source(one, cases[0], requests[0]), source(other, cases[1], requests[1])]);
  const depots = await Promise.all([depotOf(one, cases[0], requests[0]), depotOf(one, cases[1], requests[1])]);
  assert.deepEqual(depots.toSorted(), ['factory', 'region-1'], `${requests.join(' and ')} of ${partNumber}`);
  await ship(one, cases, requests);
  return depots[0] === 'region-1' ? 'first' : 'second';
}

function receive({ application }: Office, depotId: string, partNumber: string) {
  return application.stock.handle({ type: 'ReceiveStock', depotId, partNumber, quantity: 1 }, clerk);
}

/** As the worker does it, of an event with this name. */
function source({ application }: Office, caseId: string, partRequestId: string): Promise<void> {
  const cause = { eventId: randomUUID(), metadata: { correlationId: randomUUID() } } as unknown as RecordedEvent;
  return application.partSupply.execute({ type: 'SourcePart', caseId, partRequestId }, cause, 0);
}

async function depotOf(office: Office, caseId: string, id: string): Promise<string | undefined> {
  const { parts } = await readCase(office, caseId);
  return parts.find(({ partRequestId }) => partRequestId === id)?.depotId ?? undefined;
}

async function ship({ application }: Office, cases: readonly string[], requests: readonly string[]): Promise<void> {
  for (const [index, partRequestId] of requests.entries()) {
    await application.cases.handle(cases[index], { type: 'ShipPart', partRequestId, depots: '*' }, clerk);
  }
}
