import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Client } from 'pg';
import type { DatabaseServer } from '../system/database-server';
import { until } from '../system/until';
import type { Bench } from './bench';
import type { Figures, Scenario } from './scenario';

/** Every row of every read model, whatever the order in which it was written. */
async function rowsOfReadModels(database: DatabaseServer): Promise<ReadonlyMap<string, string>> {
  const tables = await database.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'read_models' and c.relkind = 'r' order by 1`,
  );
  const digests = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>(`select t::text as row from read_models."${name}" t order by 1`);
    digests.set(
      name,
      createHash('sha256')
        .update(rows.map(({ row }) => row).join('\n'))
        .digest('hex'),
    );
  }
  return digests;
}

/** Live, and built anew from the log: the same rows. */
export async function assertRebuiltEqualsLive(bench: Bench): Promise<void> {
  const { system } = bench;
  await system.untilRecovered();
  const live = await rowsOfReadModels(system.database);
  await system.runVerb('projections', 'rebuild', '--all');
  await system.untilRecovered();
  assert.deepEqual(await rowsOfReadModels(system.database), live, 'rebuilt is not what live was');
}

async function projectionKilledAt(bench: Bench, failpoint: string): Promise<Figures> {
  const [first, second] = bench.workers;
  await Promise.all([first?.stop(), second?.stop()]);
  let kills = 0;
  for (; kills < bench.sized(2, 50); kills += 1) {
    await bench.passLeases();
    first?.start(failpoint);
    await first?.untilReady();
    for (let n = 0; n < 5; n += 1) await bench.reporter.report();
    const end = await first?.ended;
    assert.deepEqual([end?.signal, end?.byItself], ['SIGKILL', true], `${failpoint}: ${first?.lastWords()}`);
  }
  await bench.passLeases();
  await bench.settle();
  await assertRebuiltEqualsLive(bench);
  return { kills };
}

export const killedBeforeItsCommit = (bench: Bench): Promise<Figures> =>
  projectionKilledAt(bench, 'projection.written');
export const killedBeforeTheOffset = (bench: Bench): Promise<Figures> =>
  projectionKilledAt(bench, 'projection.committed');

/** A transaction of somebody else that has written and sits: numbers are given at the commit, so nobody waits for it. */
export async function idleTransaction(bench: Bench): Promise<Figures> {
  const { system } = bench;
  await bench.settle();
  const idle = new Client({ connectionString: system.database.ownerUrl });
  await idle.connect();
  try {
    await idle.query('create table if not exists public.rig_idle (n integer)');
    await idle.query('begin isolation level repeatable read');
    await idle.query('insert into public.rig_idle values (1)');
    await idle.query('select count(*) from fieldcase.events');
    let slowest = 0;
    for (let round = 0; round < bench.sized(5, 300); round += 1) {
      await bench.reporter.report();
      slowest = Math.max(slowest, await system.untilRecovered({ withinMs: 10_000 }));
    }
    return { rounds: bench.sized(5, 300), slowestMs: Math.round(slowest) };
  } finally {
    await idle.end();
  }
}

/** Killed halfway three times while commands go on; what is served meanwhile is the old table. */
export async function rebuildKilled(bench: Bench): Promise<Figures> {
  const { system } = bench;
  const events = bench.sized(24_000, 1_000_000);
  await bench.notes(events);
  await system.untilRecovered({ withinMs: bench.sized(60_000, 1_800_000) });
  const load = bench.reporter.load(2);
  let kills = 0;
  for (; kills < 3; kills += 1) await killRebuild(bench, kills);
  await system.runVerb('projections', 'rebuild', 'case-board');
  await load.stop();
  await assertRebuiltEqualsLive(bench);
  return { events, kills };
}

async function killRebuild(bench: Bench, before: number): Promise<void> {
  const { system } = bench;
  await bench.passLeases('rebuild:case-board');
  const child = spawn(process.execPath, [system.cli, 'projections', 'rebuild', 'case-board'], {
    env: { ...process.env, ...system.cliEnv() },
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const progressed = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`the rebuild came to its end before kill ${before + 1}`);
    return (await rebuiltUpTo(system.database)) > before * 5_000;
  };
  try {
    await until('the rebuild to move', progressed, { withinMs: 90_000 });
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
  assert((await rebuiltUpTo(system.database)) > 0, 'what was built is gone');
}

async function rebuiltUpTo(database: DatabaseServer): Promise<number> {
  const [row] = await database.query<{ position: string }>(
    `select coalesce(min(position), 0)::text as position from fieldcase.checkpoints where subscription = 'case-board@next'`,
  );
  return Number(row?.position ?? 0);
}

export const readModelScenarios: readonly Scenario[] = [
  { id: 'A9', title: 'killed after writing a read model, before its commit', brokers: 1, run: killedBeforeItsCommit },
  { id: 'A10', title: 'killed after that commit, before Kafka’s offset', brokers: 1, run: killedBeforeTheOffset },
  { id: 'A15', title: 'a transaction elsewhere stays open', brokers: 1, run: idleTransaction },
  { id: 'A20', title: 'rebuild under load, killed three times', brokers: 1, run: rebuildKilled },
];
