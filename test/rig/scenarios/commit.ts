import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Bench } from './bench';
import { CommitGate } from './commit-gate';
import type { Answer } from './reporter';
import type { Figures, Scenario } from './scenario';

/**
 * The API ends at the failpoint while a command is on its way; then the command is sent again with its key. The first append of a
 * process reserves a block of numbers.
 */
async function killedAt(bench: Bench, failpoint: string): Promise<{ stored: number; retry: Answer }> {
  const { api, reporter } = bench;
  const before = await reporter.cases();
  await api.kill();
  api.start(failpoint);
  assert(await api.untilReady(), `the API ended at its start: ${api.lastWords()}`);
  const key = randomUUID();
  assert.equal(await reporter.try(key), undefined, 'a process that was killed has answered');
  const { signal, byItself } = await api.ended;
  assert.deepEqual({ signal, byItself }, { signal: 'SIGKILL', byItself: true });
  const stored = (await reporter.cases()) - before;
  api.start();
  await api.untilReady();
  const retry = await reporter.report(key);
  assert.equal(await reporter.cases(), before + 1, 'one key, and not one case');
  await reporter.audit();
  return { stored, retry };
}

export async function killedBefore(bench: Bench): Promise<Figures> {
  const { stored, retry } = await killedAt(bench, 'append.before:2');
  assert.deepEqual({ stored, replayed: retry.replayed }, { stored: 0, replayed: false });
  return { stored };
}

/** All is written and nothing committed: the backend ends, and the API that had asked for it. */
export async function killedBetween(bench: Bench): Promise<Figures> {
  const { api, reporter, system } = bench;
  const before = await reporter.cases();
  const gate = await CommitGate.close(system.database);
  try {
    const key = randomUUID();
    const asked = reporter.try(key);
    await gate.untilReached();
    await api.kill();
    await gate.endWhoWaits();
    assert.equal(await asked, undefined);
    const [left] = await system.database.query<{ commands: number }>(
      `select count(*)::int as commands from fieldcase.commands where last_position > (select max(position) from fieldcase.events)`,
    );
    assert.deepEqual({ cases: await reporter.cases(), ...left }, { cases: before, commands: 0 });
    await gate.open();
    api.start();
    await api.untilReady();
    const retry = await reporter.report(key);
    assert.deepEqual([retry.replayed, await reporter.cases()], [false, before + 1]);
  } finally {
    await gate.remove();
  }
  await reporter.audit();
  return {};
}

export async function killedAfter(bench: Bench): Promise<Figures> {
  for (const failpoint of ['append.committed:2', 'command.answering']) {
    const { stored, retry } = await killedAt(bench, failpoint);
    assert.deepEqual({ failpoint, stored, replayed: retry.replayed }, { failpoint, stored: 1, replayed: true });
  }
  return { failpoints: 2 };
}

/** The statement has left, and the connection breaks: whether it commits nobody here knows, and nobody says. */
export async function cutDuring(bench: Bench): Promise<Figures> {
  for (const commits of [true, false]) {
    const { reporter, system } = bench;
    const before = await reporter.cases();
    const gate = await CommitGate.close(system.database);
    try {
      const key = randomUUID();
      const asked = reporter.try(key);
      await gate.untilReached();
      system.databaseProxy?.cut();
      const answer = await asked;
      assert.deepEqual(
        [answer?.status, answer?.code, answer?.retryAfter],
        [503, 'service.unavailable', '1'],
        'what is not known must not be called failed',
      );
      await (commits ? gate.open() : gate.endWhoWaits());
      assert.equal((await reporter.cases()) - before, commits ? 1 : 0);
      await gate.remove();
      const retry = await reporter.report(key);
      assert.deepEqual([retry.replayed, await reporter.cases()], [commits, before + 1]);
    } finally {
      await gate.remove();
    }
    await reporter.audit();
  }
  return { outcomes: 2 };
}

export const commitScenarios: readonly Scenario[] = [
  { id: 'A1', title: 'killed before the append', brokers: 1, run: killedBefore },
  { id: 'A2', title: 'killed between the inserts and the commit', brokers: 1, run: killedBetween },
  { id: 'A3', title: 'killed after the commit, before the answer', brokers: 1, run: killedAfter },
  { id: 'A4', title: 'the connection breaks during the commit', brokers: 1, run: cutDuring },
];
