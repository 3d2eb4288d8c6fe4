import { setTimeout as pause } from 'node:timers/promises';
import { CONFIRMATION_TYPES, type Confirmation, type ConfirmationReply } from '@fieldcase/contracts';
import { caseOfPartRequest, stableId } from '@fieldcase/domain';
import {
  DEPOT_QUOTAS,
  depotNames,
  grantDepot,
  KafkaJsAdmin,
  KafkaJsTransport,
  type Consumption,
  type DepotNames,
  type Publisher,
} from '@fieldcase/kafka';
import type { Step } from '../../../apps/cli/src/simulator/next-step';
import type { Brokers } from '../system/brokers';
import type { Entry, Journal, Outcome, Try } from './journal';

export interface ClerksOptions {
  readonly brokers: Brokers;
  readonly prefix: string;
  readonly depots: readonly string[];
  readonly journal: Journal;
}

type Reply = ConfirmationReply['data'];

interface Desk {
  readonly names: DepotNames;
  readonly transport: KafkaJsTransport;
  publisher: Promise<Publisher> | undefined;
}

const ANSWER_MS = 8_000;
const GIVE_UP_MS = 120_000;
const AGAIN_MS = 300;
const SOURCE = 'rig';
const ONE_OF = /^\/part-requests\/([^/]+)\/(acknowledgement|shipment)$/;

/**
 * Depots that work through Kafka: each with its own user, which `fieldcase depot grant` would have made. What has no
 * answer is sent again under the same name, until one is read; all of it goes into the journal, like what HTTP answers.
 */
export class KafkaClerks {
  private readonly desks = new Map<string, Desk>();
  private readonly replies = new Map<string, Reply[]>();
  private readonly reader: KafkaJsTransport;
  private reading: Consumption | undefined;
  private closed = false;
  private generation = 0;

  private constructor(private readonly options: ClerksOptions) {
    const { addresses, admin: sasl } = options.brokers;
    this.reader = new KafkaJsTransport({ brokers: addresses, clientId: 'rig-replies', sasl });
  }

  static async of(options: ClerksOptions): Promise<KafkaClerks> {
    const clerks = new KafkaClerks(options);
    await clerks.grant();
    await clerks.read();
    return clerks;
  }

  private async grant(): Promise<void> {
    const { brokers, prefix, depots } = this.options;
    const { addresses, admin: sasl } = brokers;
    const control = new KafkaJsAdmin({ brokers: addresses, clientId: 'rig-grants', sasl });
    try {
      for (const depotId of depots) {
        const names = depotNames(prefix, depotId);
        const grant = { replicas: addresses.length, rotate: true, quotas: DEPOT_QUOTAS };
        const { user: username, password = '' } = await grantDepot(control, names, grant);
        const access = { brokers: addresses, clientId: names.group, sasl: { username, password } };
        this.desks.set(depotId, { names, transport: new KafkaJsTransport(access), publisher: undefined });
      }
    } finally {
      await control.close();
    }
  }

  /** Begun anew, from the beginning, where the client gives up. */
  private async read(): Promise<void> {
    const topics = [...this.desks.values()].map(({ names }) => names.topics.replies);
    this.generation += 1;
    this.reading = await this.reader.consume({
      group: `${this.options.prefix}.rig-replies.${this.generation}`,
      topics,
      onCrash: () => void this.readAgain(),
      onRecords: (_topic, _partition, records) => {
        for (const { value } of records) this.heard((JSON.parse(String(value)) as ConfirmationReply).data);
      },
    });
  }

  private async readAgain(): Promise<void> {
    await this.reading?.close().catch(() => undefined);
    while (!this.closed) {
      try {
        return await this.read();
      } catch {
        await pause(AGAIN_MS);
      }
    }
  }

  private heard(reply: Reply): void {
    const { id } = reply.confirmation;
    if (id !== null) this.replies.set(id, [...(this.replies.get(id) ?? []), reply]);
  }

  /** @returns undefined for a step that no depot here takes */
  confirmation(step: Step, depotId: string | null | undefined, name: string): (() => Promise<Entry>) | undefined {
    const desk = depotId == null ? undefined : this.desks.get(depotId);
    const [, partRequestId, what] = ONE_OF.exec(step.path) ?? [];
    if (!desk || partRequestId === undefined) return undefined;
    const id = stableId('rig', name, step.path);
    const said = { specversion: '1.0', id, source: SOURCE } as const;
    const confirmation: Confirmation =
      what === 'acknowledgement'
        ? { ...said, type: CONFIRMATION_TYPES.acknowledged, data: { partRequestId } }
        : { ...said, type: CONFIRMATION_TYPES.shipped, data: { partRequestId, ...step.body } };
    return () => this.confirm(desk, confirmation, step.path);
  }

  private async confirm(desk: Desk, confirmation: Confirmation, path: string): Promise<Entry> {
    const { id } = confirmation;
    const firstSentAt = performance.now();
    const tries: Try[] = [];
    let receivedAt = firstSentAt;
    while (!this.replies.has(id) && performance.now() - firstSentAt < GIVE_UP_MS) {
      const sentAt = performance.now();
      const sent = await this.send(desk, confirmation);
      if (sent) await this.untilHeard(id, sentAt + ANSWER_MS);
      else await pause(AGAIN_MS);
      receivedAt = performance.now();
      tries.push({ api: 'kafka', sentAt, endedAt: receivedAt, status: this.replies.has(id) ? 200 : undefined });
    }
    const sub = `kafka:${desk.names.user}`;
    const key = JSON.stringify([SOURCE, id]);
    const caseId = caseOfPartRequest(confirmation.data.partRequestId);
    const outcome = outcomeOf(this.replies.get(id)?.[0], receivedAt);
    // Live, so that an answer that comes later and says something else is seen as well.
    const replies = this.replies;
    const entry: Entry = {
      ...{ key, sub, path, caseId, firstSentAt, tries, outcome },
      get contradictions() {
        const others = (replies.get(id) ?? []).filter((other) => contradicts(outcome, other));
        return others.map((other) => JSON.stringify(other));
      },
    };
    this.options.journal.add(entry);
    return entry;
  }

  private async send(desk: Desk, { data, ...said }: Confirmation): Promise<boolean> {
    const value = JSON.stringify({ ...said, data });
    try {
      const publisher = await (desk.publisher ??= desk.transport.publisher());
      await publisher.send(desk.names.topics.confirmations, 0, [{ key: data.partRequestId, value, headers: {} }]);
      return true;
    } catch {
      const { publisher } = desk;
      desk.publisher = undefined;
      await publisher?.then((failed) => failed.close()).catch(() => undefined);
      return false;
    }
  }

  private async untilHeard(id: string, until: number): Promise<void> {
    while (!this.replies.has(id) && performance.now() < until) await pause(20);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.reading?.close().catch(() => undefined);
    for (const { publisher, transport } of this.desks.values()) {
      await publisher?.then((open) => open.close()).catch(() => undefined);
      await transport.close();
    }
    await this.reader.close();
  }
}

function outcomeOf(reply: Reply | undefined, receivedAt: number): Outcome {
  if (!reply) return { kind: 'unknown' };
  const { outcome, code, position = '0', partRequestId = '' } = reply;
  return outcome === 'accepted'
    ? { kind: 'accepted', id: partRequestId, position, receivedAt, replayed: false }
    : { kind: 'refused', status: 422, code };
}

/** Sent twice it is answered twice, with the same. */
const contradicts = (outcome: Outcome, other: Reply): boolean =>
  outcome.kind === 'accepted' && (other.outcome !== 'accepted' || (other.position ?? '0') !== outcome.position);
