import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Bench, Figures } from './bench';
import { auditLog } from './log-audit';
import { buildNetwork, type Network } from './network';
import { clerk, openOffice, readCase, type Office } from './office';
import { operations, type Operation } from './operation';
import { ReferenceModel } from './reference-model';
import { Staff } from './staff';
import { SupplyWorker } from './supply-worker';

const WORKERS = 16;
const KILLS = 8;
const AT_ONCE = 10_000;
const PLENTY = 50_000;
const STRAIGHT = 100;
const ROUNDS_TO_END = 100;

/**
 * Random operations by 16 workers at once over 20 depots and 50 parts on the real store, the worker that runs part
 * supply being killed in between. Then everything is brought to its end, and the log must agree with the reference
 * model: nothing lost, nothing from nowhere, never less than nothing, nothing promised twice, every request ended.
 */
export async function randomOperations({ url, operations: count, seed }: Bench): Promise<Figures> {
  const office = await openOffice(url, WORKERS);
  const network = await buildNetwork(office);
  const model = new ReferenceModel();
  const staff = new Staff(office, network, model);
  const worker = new SupplyWorker(url);
  try {
    const began = performance.now();
    await work(staff, randomly(network, count, seed), count, worker);
    const seconds = (performance.now() - began) / 1_000;
    await bringToEnd(office, network, staff, model, worker);
    const { shelves, corrections, stockEvents } = await auditLog(office.pool);
    for (const [card, pieces] of corrections) model.move(...(card.split(' ') as [string, string]), pieces);
    model.check(shelves);
    return {
      operations: count,
      accepted: staff.accepted,
      kills: worker.kills,
      requests: staff.requests.length,
      events: Number(await office.log.source.head()),
      stockEvents,
      operationsPerSecond: Math.round(count / seconds),
      seconds: Math.round(seconds),
      refused: staff.refused,
    };
  } finally {
    await worker.end();
    await office.close();
  }
}

function* randomly(network: Network, count: number, seed: number): Generator<Operation> {
  for (let drawn = 0; drawn < count; drawn += AT_ONCE) {
    const numRuns = Math.min(AT_ONCE, count - drawn);
    yield* fc.sample(operations(network), { numRuns, seed: seed + drawn });
  }
}

async function work(staff: Staff, drawn: Iterator<Operation>, count: number, worker: SupplyWorker): Promise<void> {
  const every = Math.ceil(count / (KILLS + 1));
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let next = drawn.next(); !next.done; next = drawn.next()) {
      await staff.carryOut(next.value);
      done += 1;
      if (done % every === 0 && done < count) await worker.kill();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, lane));
}

/** Plenty of everything at the factory, transfers received, and each request led to its end. */
async function bringToEnd(
  office: Office,
  network: Network,
  staff: Staff,
  model: ReferenceModel,
  worker: SupplyWorker,
): Promise<void> {
  const receive = async (depotId: string, partNumber: string): Promise<void> => {
    const receipt = { type: 'ReceiveStock', depotId, partNumber, quantity: PLENTY } as const;
    await office.application.stock.handle(receipt, clerk);
    model.move(depotId, partNumber, PLENTY);
  };
  for (const depotId of network.depots) {
    for (const partNumber of network.parts) {
      if (
        depotId !== network.factory &&
        !staff.transfers.some(({ from, part }) => from === depotId && part === partNumber)
      )
        continue;
      await receive(depotId, partNumber);
    }
  }
  for (const transfer of [...staff.transfers]) {
    if (!transfer.sent) await staff.move(transfer, 0);
    await staff.move(transfer, 0);
  }
  const open = new Set(staff.requests.map(({ caseId }) => caseId));
  for (let rounds = 0; open.size > 0; rounds += 1) {
    if (rounds === ROUNDS_TO_END) throw new Error(`requests do not end: ${await openRequests(office, open)}`);
    await worker.settled(office.pool);
    const waited = new Set<string>();
    await inLanes([...open], async (caseId) => {
      const waiting = await endRequestsOf(office, staff, caseId);
      if (waiting.length === 0) open.delete(caseId);
      for (const partNumber of waiting) waited.add(partNumber);
    });
    // Whom the factory itself had declined is served with what has come since.
    for (const partNumber of waited) await receive(network.factory, partNumber);
  }
}

async function openRequests(office: Office, cases: Iterable<string>): Promise<string> {
  const states = await Promise.all([...cases].map((caseId) => readCase(office, caseId)));
  return JSON.stringify(states.flatMap(({ parts }) => parts.filter((request) => !hasEnded(request))));
}

async function inLanes<T>(items: readonly T[], handle: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.toReversed();
  const lane = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await handle(item);
  };
  await Promise.all(Array.from({ length: WORKERS }, lane));
}

/** @returns the parts that the case still waits for: empty when nothing of its requests is open or due back any more */
async function endRequestsOf(office: Office, staff: Staff, caseId: string): Promise<readonly string[]> {
  for (;;) {
    const state = await readCase(office, caseId);
    let moved = false;
    for (const { partRequestId, parentId } of state.parts) {
      if (parentId === null) moved = (await staff.advance(state, partRequestId, STRAIGHT, 1)) || moved;
    }
    if (moved) continue;
    const waiting = state.parts.filter(({ status }) => status === 'requested' || status === 'backordered');
    if (waiting.length === 0) assert.ok(state.parts.every(hasEnded), `${caseId}: a request did not end`);
    return waiting.map(({ partNumber }) => partNumber);
  }
}

function hasEnded(request: Awaited<ReturnType<typeof readCase>>['parts'][number]): boolean {
  const { status, quantity, received, consumed, returned, takenBack } = request;
  if (status !== 'shipped') return status === 'split' || status === 'cancelled';
  return quantity === received && consumed + returned === received && takenBack.good + takenBack.defective === returned;
}
