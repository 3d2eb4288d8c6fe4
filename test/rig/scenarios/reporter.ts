import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { loadOrCreateDemoIssuer, signDemoToken } from '@fieldcase/config';
import type { DistributedSystem } from '../system/distributed-system';

const REPORT = {
  siteName: '双城区永胜农机合作社',
  contact: { name: '王建国', phone: '+86 451 8888 0101' },
  address: '哈尔滨市双城区永胜镇',
  region: '黑龙江',
  faultDescription: '割台不升降',
} as const;
const ANSWER_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly retryAfter: string | null;
  readonly id: string;
  readonly replayed: boolean;
}

/** Reports faults over HTTP, and remembers what was acknowledged and how often nobody answered. */
export class Reporter {
  /** Case by key. */
  readonly acknowledged = new Map<string, string>();
  readonly counts = { answered: 0, unavailable: 0, unanswered: 0 };

  private constructor(
    private readonly system: DistributedSystem,
    private readonly token: string,
  ) {}

  static async of(system: DistributedSystem): Promise<Reporter> {
    const issuer = await loadOrCreateDemoIssuer(system.dataDir);
    return new Reporter(system, await signDemoToken(issuer, { sub: 'rig', roles: ['agent'] }));
  }

  /** Once; undefined: the connection broke, and nothing is known. */
  async try(key: string): Promise<Answer | undefined> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    const url = `${this.system.apis[0]?.url}/api/v1/cases`;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(REPORT), signal });
      const body = (await answer.json()) as Record<string, unknown>;
      const { status } = answer;
      assert([201, 503].includes(status), `a report was answered with ${status} ${JSON.stringify(body)}`);
      this.counts[status === 201 ? 'answered' : 'unavailable'] += 1;
      const id = String(body['id']);
      if (status === 201) this.remember(key, id);
      const replayed = answer.headers.get('idempotency-replayed') === 'true';
      return { status, code: body['code'], retryAfter: answer.headers.get('retry-after'), id, replayed };
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      this.counts.unanswered += 1;
      return undefined;
    }
  }

  /** With one key, until it is accepted. */
  async report(key: string = randomUUID()): Promise<Answer> {
    for (let round = 0; round < 600; round += 1) {
      const answer = await this.try(key);
      if (answer?.status === 201) return answer;
      await pause(100);
    }
    throw new Error(`the report ${key} was never accepted`);
  }

  /** So many clients, one report after the other, until told to stop; answers how many were accepted. */
  load(clients: number): { stop(): Promise<number> } {
    let running = true;
    const client = async (): Promise<number> => {
      let accepted = 0;
      for (; running; accepted += 1) await this.report();
      return accepted;
    };
    const all = Promise.all(Array.from({ length: clients }, client));
    all.catch(() => undefined);
    return {
      stop: async () => {
        running = false;
        return (await all).reduce((sum, each) => sum + each, 0);
      },
    };
  }

  /** Every acknowledged report is in the log, once; and no key has two cases. */
  async audit(): Promise<void> {
    const rows = await this.system.database.query<{ id: string; times: number }>(
      `select substring(stream_id from 6) as id, count(*)::int as times
         from fieldcase.events where type = 'FaultReported' group by stream_id`,
    );
    const times = new Map(rows.map((row) => [row.id, row.times]));
    for (const [key, id] of this.acknowledged)
      assert.equal(times.get(id), 1, `the report ${key} was acknowledged as ${id}`);
    const [gaps] = await this.system.database.query<{ head: string; events: string }>(
      'select coalesce(max(position), 0) as head, count(*) as events from fieldcase.events',
    );
    assert.equal(gaps?.head, gaps?.events, 'positions have a gap');
  }

  /** How many cases there are, whoever knows of them. */
  async cases(): Promise<number> {
    const rows = await this.system.database.query<{ count: number }>(
      `select count(*)::int as count from fieldcase.events where type = 'FaultReported'`,
    );
    return rows[0]?.count ?? 0;
  }

  /** A case that a restored backup takes away. */
  forget(caseId: string): void {
    for (const [key, id] of this.acknowledged) if (id === caseId) this.acknowledged.delete(key);
  }

  private remember(key: string, id: string): void {
    const before = this.acknowledged.get(key);
    assert(before === undefined || before === id, `the key ${key} was answered with ${before}, then with ${id}`);
    this.acknowledged.set(key, id);
  }
}
