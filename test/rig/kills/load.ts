import { setTimeout as pause } from 'node:timers/promises';
import { agent, nextStep, supervisor, type CaseView, type Step } from '../../../apps/cli/src/simulator/next-step';
import { newReport } from '../../../apps/cli/src/simulator/new-report';
import { Random } from '../../../apps/cli/src/demo/random';
import type { Entry } from './journal';
import type { GoodClient } from './good-client';
import type { KafkaClerks } from './kafka-clerks';

export interface LoadOptions {
  readonly client: GoodClient;
  /** What their depots confirm goes through Kafka. */
  readonly clerks?: KafkaClerks;
  readonly seed: number;
  /** Commands per second, at most. */
  readonly rate: number;
  /** Cases that are worked on at the same time. */
  readonly lanes: number;
}

const HOUR = 3_600_000;
/** Half of the first target: its step is due so long after the report of a case that is left alone. */
const STEP_AFTER_MS = 12 * HOUR;
const DUE_IN_MS = 3_000;
const TURNS_PER_CASE = 150;
const TECHNICIANS_MS = 5_000;

/**
 * A service department under load: lanes that take a case each from the report to its closing, one command after the
 * other, with parts and their deliveries. Beside it notes that race with the next step, keys that are used twice at once,
 * and cases that nobody touches, so that their timers come due.
 */
export class Load {
  private stopping = false;
  private running: Promise<unknown> = Promise.resolve();
  private nextAt = 0;
  private readonly technicians = new Map<string, { at: number; ids: readonly string[] }>();
  /** Whole cases that have come to their end. */
  closed = 0;

  constructor(private readonly options: LoadOptions) {}

  start(): void {
    const lanes = Array.from({ length: this.options.lanes }, (_, lane) => this.lane(lane));
    this.running = Promise.all(lanes);
    this.running.catch(() => undefined);
  }

  /** Each lane finishes the command at hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async lane(lane: number): Promise<void> {
    const random = new Random('rig-load', this.options.seed, lane);
    for (let n = 0; !this.stopping; n += 1) await this.workCase(`${this.options.seed}-${lane}-${n}`, lane, random);
  }

  private async workCase(name: string, lane: number, random: Random): Promise<void> {
    const sleeper = random.between(1, 4) === 1;
    const body = newReport(Date.now(), name);
    const occurredAt = new Date(Date.now() - STEP_AFTER_MS + DUE_IN_MS).toISOString();
    const report = { who: agent, path: '/cases', body: sleeper ? { ...body, occurredAt } : body };
    const reported = await this.send(report, { name, lane }, random);
    if (reported.outcome.kind !== 'accepted' || sleeper) return;
    const { id } = reported.outcome;
    for (let turn = 0; turn < TURNS_PER_CASE && !this.stopping; turn += 1) {
      const view = await this.options.client.get<CaseView & { region: string }>(supervisor, `/cases/${id}`, lane);
      if (!view) return;
      const step = nextStep(view, { technicians: await this.techniciansFor(view, lane), now: Date.now() });
      const depotId = view.partRequests.find(({ partRequestId }) => step?.path.includes(partRequestId))?.depotId;
      if (step) await this.take(step, { name: `${name}-${turn}`, lane, caseId: id, depotId }, random);
      // It is the system's turn: a part is being sourced, or the case is over.
      else if (view.status === 'closed') return this.rate(id, { name, lane, caseId: id }, random);
      else await pause(100);
    }
  }

  /** The next step, sometimes beside a note from somebody else. */
  private async take(step: Step, about: About, random: Random): Promise<void> {
    const note = { who: supervisor, path: `/cases/${about.caseId}/notes`, body: { text: 'called', kind: 'call' } };
    const racing = random.between(1, 8) === 1;
    await Promise.all([
      this.send(step, about, random),
      ...(racing ? [this.send(note, { ...about, name: `${about.name}-note`, lane: about.lane + 1 }, random)] : []),
    ]);
  }

  private async rate(id: string, about: About, random: Random): Promise<void> {
    this.closed += 1;
    if (random.between(1, 3) !== 1) return;
    const body = { kind: 'csat', score: random.between(3, 5), channel: 'phone' };
    await this.send({ who: agent, path: `/cases/${id}/ratings`, body }, about, random);
  }

  private async send(step: Step, { name, lane, caseId, depotId }: About, random: Random): Promise<Entry> {
    await this.turn();
    const throughKafka = this.options.clerks?.confirmation(step, depotId, name);
    if (throughKafka) return throughKafka();
    const twice = random.between(1, 25) === 1;
    return this.options.client.command({ ...step, name, ...(caseId === undefined ? {} : { caseId }) }, lane, twice);
  }

  /** Commands leave at an even pace, whoever sends them. */
  private async turn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + 1_000 / this.options.rate;
    if (at > now) await pause(at - now);
  }

  private async techniciansFor({ region, status }: CaseView & { region: string }, lane: number) {
    if (status !== 'triaged' && status !== 'visit-done') return [];
    const known = this.technicians.get(region);
    if (known && performance.now() - known.at < TECHNICIANS_MS) return shifted(known.ids, lane);
    const path = `/technicians?region=${encodeURIComponent(region)}&limit=200`;
    const found = await this.options.client.get<{ items: readonly { id: string }[] }>(supervisor, path, lane);
    const ids = (found?.items ?? []).map(({ id }) => id);
    this.technicians.set(region, { at: performance.now(), ids });
    return shifted(ids, lane);
  }
}

interface About {
  readonly name: string;
  readonly lane: number;
  readonly caseId?: string;
  readonly depotId?: string | null | undefined;
}

/** Not all lanes send the same technician. */
const shifted = (ids: readonly string[], by: number): readonly string[] =>
  ids.map((_, index) => ids[(index + by) % ids.length] as string);
