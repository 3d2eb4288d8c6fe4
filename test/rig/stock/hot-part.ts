import assert from 'node:assert/strict';
import type { Bench, Figures } from './bench';
import { buildNetwork } from './network';
import { clerk, openOffice, readCase, reportFault, requestPart } from './office';
import { SupplyWorker } from './supply-worker';

const REQUESTS_SHARE = 100;
const HALF = 0.5;

/** One part wanted for many cases at the same moment, in stock for half of them: each is promised one, or waits. */
export async function hotPart({ url, operations }: Bench): Promise<Figures> {
  const count = Math.max(4, Math.ceil(operations / REQUESTS_SHARE));
  const office = await openOffice(url, 8);
  const worker = new SupplyWorker(url);
  try {
    await buildNetwork(office, 1);
    const partNumber = 'part-1';
    const quantity = Math.floor(count * HALF);
    await office.application.stock.handle({ type: 'ReceiveStock', depotId: 'region-1', partNumber, quantity }, clerk);
    const cases: string[] = [];
    for (let number = 0; number < count; number += 1) cases.push(await reportFault(office, 'county-1-1'));
    await worker.settled(office.pool);
    const began = performance.now();
    const requests = await Promise.all(cases.map((id) => requestPart(office, id, partNumber, 1)));
    const requested = performance.now();
    await worker.settled(office.pool);
    const ended = performance.now();
    const statuses: Record<string, number> = {};
    for (const id of cases) {
      const status = (await readCase(office, id)).parts[0]?.status ?? 'none';
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    assert.deepEqual(statuses, { allocated: quantity, backordered: count - quantity });
    const seconds = (until: number) => Number(((until - began) / 1_000).toFixed(2));
    return {
      requests: requests.length,
      ...statuses,
      acceptedSeconds: seconds(requested),
      sourcedSeconds: seconds(ended),
    };
  } finally {
    await worker.end();
    await office.close();
  }
}
