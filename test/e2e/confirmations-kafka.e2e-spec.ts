import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { LARGEST_CONFIRMATION } from '@fieldcase/contracts';
import { ParkedRecords } from '@fieldcase/postgres';
import { confirmation, DepotOnKafka, type Reply } from '../support/depot-on-kafka';
import { describeWith } from '../support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../support/kafka';
import { asked, HARBIN, partStaffOf, SHUANGCHENG, stocked, type PartStage } from './http/part-stories';
import { startApiOnPostgres, type ApiOnPostgres } from './http/postgres-fixture';
import { done, REGION } from './http/stories';

const root = path.resolve(__dirname, '../..');
const loader = path.join(root, 'test/rig/load-typescript.cjs');
/** Of 20 ms and more. */
const ROUNDS = 1_500;

describeWith('kafka', kafkaHere() !== undefined, 'confirmations of depots over Kafka', () => {
  jest.setTimeout(90_000);
  const kafka = kafkaHere() as TestKafka;
  const prefix = ownPrefix();
  let api: ApiOnPostgres;
  let stage: PartStage;
  let harbin: DepotOnKafka;
  let shuangcheng: DepotOnKafka;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    api = await startApiOnPostgres();
    stage = { api, staff: await partStaffOf(api) };
    await stocked(stage, HARBIN, 1_000);
    startWorker();
    harbin = await DepotOnKafka.open(kafka, prefix, HARBIN);
    shuangcheng = await DepotOnKafka.open(kafka, prefix, SHUANGCHENG);
  });
  afterAll(async () => {
    for (const worker of workers) await stop(worker, 'SIGTERM');
    await harbin.close();
    await shuangcheng.close();
    await api.stop();
  });

  function startWorker(env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, ['-r', loader, path.join(root, 'apps/worker/src/main.ts')], {
      env: {
        ...process.env,
        DATABASE_URL: api.database.url,
        ROLES: 'processes',
        KAFKA_BROKERS: kafka.brokers.join(),
        KAFKA_PREFIX: prefix,
        KAFKA_REPLICAS: '1',
        KAFKA_SASL_USERNAME: kafka.admin.username,
        KAFKA_SASL_PASSWORD: kafka.admin.password,
        ...env,
      },
      stdio: ['ignore', 'ignore', process.env['WORKER_LOG'] ? 'inherit' : 'ignore'],
    });
    workers.push(child);
    return child;
  }
  const stop = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (await isSo()) return;
      await api.pool.query('select pg_sleep(0.02)');
    }
    const heard = JSON.stringify([harbin.replies, shuangcheng.replies]);
    throw new Error(`not so after ${ROUNDS} rounds: ${isSo.toString()}; heard: ${heard}`);
  };
  /** A request that Harbin has promised. */
  const promisedHere = async (): Promise<string> => {
    const { part, partRequestId } = await asked(stage, { quantity: 1 });
    await until(async () => (await done(stage.staff.supervisor.get(part))).body['status'] === 'allocated');
    return partRequestId;
  };
  const statusOf = async (partRequestId: string): Promise<unknown> =>
    (await done(stage.staff.supervisor.get(`/api/v1/part-requests/${partRequestId}`))).body['status'];
  const answered = async (depot: DepotOnKafka, event: { readonly id: string }): Promise<Reply> => {
    await until(() => depot.answersTo(event).length > 0);
    return depot.answersTo(event)[0] as Reply;
  };
  const effects = async (): Promise<Readonly<Record<string, number>>> => {
    const { rows } = await api.pool.query<{ type: string; count: number }>(
      `select type, count(*)::int as count from fieldcase.events
       where metadata->>'actor' like 'kafka:%' group by type order by type`,
    );
    return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
  };

  it('become commands of the depot whose topic it is, and are answered with their outcome', async () => {
    const first = await promisedHere();
    const acknowledge = confirmation('acknowledged', first);
    const ship = confirmation('shipped', first, { data: { carrier: '顺丰速运', trackingNumber: 'SF1' } });
    await harbin.confirm(acknowledge, ship);
    expect(await answered(harbin, acknowledge)).toMatchObject({
      partRequestId: first,
      outcome: 'accepted',
      code: 'confirmation.accepted',
      position: expect.stringMatching(/^\d+$/) as string,
    });
    expect(await answered(harbin, ship)).toMatchObject({ outcome: 'accepted' });
    expect(await statusOf(first)).toBe('shipped');
    const { rows } = await api.pool.query(
      `select metadata->>'actor' as actor, metadata->>'actorRole' as role from fieldcase.events
       where type = 'PartShipped' and stream_id like $1`,
      [`%${first.split('.')[0]}%`],
    );
    expect(rows).toEqual([{ actor: `kafka:${harbin.names.user}`, role: 'depot-clerk' }]);

    const second = await promisedHere();
    const decline = confirmation('declined', second, { data: { reason: '进水' } });
    const again = confirmation('shipped', first);
    await harbin.confirm(again, decline);
    expect(await answered(harbin, again)).toMatchObject({
      outcome: 'refused',
      code: 'part-request.already-shipped',
      detail: { zh: expect.any(String) as string, en: expect.any(String) as string },
    });
    expect(await answered(harbin, decline)).toMatchObject({ outcome: 'accepted' });
  });

  it('refuse another depot’s request exactly as one that does not exist, whatever the record says', async () => {
    const own = await promisedHere();
    const theirs = confirmation('acknowledged', own, { subject: HARBIN, depotid: HARBIN });
    const none = confirmation('acknowledged', own.replace(/\.\d+$/, '.77'));
    const nowhere = confirmation('acknowledged', '01234567-0000-7000-8000-000000000000.1');
    const events = [theirs, none, nowhere, confirmation('acknowledged', 'r')];
    await shuangcheng.confirm(...events);
    const told: Partial<Reply>[] = [];
    for (const event of events) {
      const { outcome, code, detail } = await answered(shuangcheng, event);
      told.push({ outcome, code, detail });
    }
    expect(told[0]).toMatchObject({ outcome: 'refused', code: 'part-request.unknown' });
    expect(told).toEqual(told.map(() => told[0]));
    expect(await statusOf(own)).toBe('allocated');
  });

  it('have one effect, out of order and three times over', async () => {
    const before = await effects();
    const parts = [await promisedHere(), await promisedHere(), await promisedHere()];
    const events = parts.flatMap((part) => [confirmation('shipped', part), confirmation('acknowledged', part)]);
    await harbin.confirm(...events, ...events.toReversed());
    await harbin.confirm(...events);
    for (const event of events) await until(() => harbin.answersTo(event).length >= 3);
    const outcomes = events.map((event) => [...new Set(harbin.answersTo(event).map(({ outcome }) => outcome))]);
    // Shipped first: the acknowledgement behind it has nothing left to say, however often.
    expect(outcomes).toEqual(parts.flatMap(() => [['accepted'], ['refused']]));
    expect((await effects())['PartShipped']).toBe((before['PartShipped'] ?? 0) + 3);
    expect((await effects())['PartRequestAcknowledged']).toBe(before['PartRequestAcknowledged']);
  });

  it('are parked and answered where nobody can read them', async () => {
    const part = await promisedHere();
    const good = confirmation('acknowledged', part);
    const { id: _, ...unnamed } = good;
    const bad: readonly (readonly [object | string, string])[] = [
      ['{"specversion":', 'confirmation.unreadable'],
      [{ ...good, id: 'v2', type: 'fieldcase.part-request.acknowledged.v2' }, 'confirmation.type-unknown'],
      [unnamed, 'confirmation.malformed'],
      [{ ...good, id: 'who', data: { ...good.data, depotId: SHUANGCHENG } }, 'confirmation.malformed'],
    ];
    const before = harbin.replies.length;
    await harbin.confirm(...bad.map(([value]) => value), good);
    await until(() => harbin.replies.length >= before + bad.length + 1);
    const told = harbin.replies.slice(before);
    expect(told.map(({ code }) => code)).toEqual([...bad.map(([, code]) => code), 'confirmation.accepted']);
    expect(told[2]?.errors).toEqual({ id: { zh: expect.any(String) as string, en: expect.any(String) as string } });
    const reused = { ...good, time: new Date().toISOString() };
    await harbin.confirm(reused);
    await until(() => harbin.answersTo(good).length === 2);
    expect(harbin.answersTo(good).map(({ outcome, code }) => [outcome, code])).toEqual([
      ['accepted', 'confirmation.accepted'],
      ['parked', 'confirmation.id-reused'],
    ]);
    const parked = await new ParkedRecords(api.pool).list({ topic: harbin.names.topics.confirmations }, true);
    expect(parked.map(({ reason }) => reason)).toEqual([...bad.map(([, code]) => code), 'confirmation.id-reused']);
    expect(Buffer.from(parked[0]?.bytes ?? []).toString()).toBe('{"specversion":');
  });

  it('of 2 MB are not taken by the topic', async () => {
    await expect(harbin.confirm('x'.repeat(2 * 1024 * 1024))).rejects.toThrow(/larger|too large/i);
    const before = harbin.replies.length;
    const longest = JSON.stringify(confirmation('acknowledged', 'r', { filler: '' }));
    await harbin.confirm(longest.replace('"filler":""', `"filler":"${'x'.repeat(LARGEST_CONFIRMATION - 1_000)}"`));
    await until(() => harbin.replies.length === before + 1);
    expect(harbin.replies.at(-1)).toMatchObject({ outcome: 'refused', code: 'part-request.unknown' });
  });

  it.each(['confirmation.executed', 'confirmation.replied'])(
    'change nothing when they come again after a kill at %s, and go on with another worker',
    async (failpoint) => {
      for (const worker of workers.splice(0)) await stop(worker, 'SIGTERM');
      const before = await effects();
      const parts: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        const { part, partRequestId } = await asked(stage, { quantity: 1 });
        await api.supply();
        await until(async () => (await done(stage.staff.supervisor.get(part))).body['status'] === 'allocated');
        parts.push(partRequestId);
      }
      const events = parts.flatMap((part) => [confirmation('acknowledged', part), confirmation('shipped', part)]);
      const killed = startWorker({ FAILPOINT: `${failpoint}:2` });
      await harbin.confirm(...events.slice(0, 2));
      await until(() => harbin.answersTo(events[1] as { id: string }).length > 0 || killed.signalCode !== null);
      await harbin.confirm(...events.slice(2));
      await until(() => killed.signalCode === 'SIGKILL');
      startWorker();
      startWorker();
      for (const event of events) await until(() => harbin.answersTo(event).length > 0);
      for (const event of events) {
        const told = harbin.answersTo(event).map(({ outcome, position }) => ({ outcome, position }));
        expect(told).toEqual(told.map(() => ({ outcome: 'accepted', position: told[0]?.position })));
      }
      const after = await effects();
      for (const type of ['PartShipped', 'PartRequestAcknowledged']) {
        expect({ type, count: after[type] }).toEqual({ type, count: (before[type] ?? 0) + 3 });
      }
    },
  );

  it('are worked by several workers that come and go, and of a depot that is granted meanwhile', async () => {
    startWorker();
    await done(
      stage.staff.supervisor.post('/api/v1/depots', {
        id: 'depot-new',
        region: REGION,
        name: '新站',
        kind: 'county',
      }),
    );
    const fresh = await DepotOnKafka.open(kafka, prefix, 'depot-new');
    const event = confirmation('acknowledged', 'r');
    await fresh.confirm(event);
    expect(await answered(fresh, event)).toMatchObject({ outcome: 'refused' });
    await stop(workers[0] as ChildProcess, 'SIGKILL');
    const late = confirmation('acknowledged', 'r');
    await Promise.all([harbin.confirm(late), fresh.confirm(late)]);
    await answered(harbin, late);
    await answered(fresh, late);
    await fresh.close();
  });
});
