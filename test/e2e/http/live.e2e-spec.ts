import type { LogSource, RecordedEvent } from '@fieldcase/eventsourcing';
import { startApi, type ApiUnderTest } from './api-fixture';
import { EventStream } from './event-stream';
import { startApiOnPostgres } from './postgres-fixture';
import { RawSocket } from './raw-socket';
import { callerAs, eventually, expectProblem, REPORT, reported, type Caller } from './requests';
import { dispatched, dispatchTo, done, staffOf, type Staff } from './stories';

const note = { text: '来电', kind: 'call' };

describe('server-sent events', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  const streams: EventStream[] = [];
  const open = async (caller: Caller, lastEventId?: string): Promise<EventStream> => {
    const stream = await EventStream.open(api, caller.token, lastEventId);
    streams.push(stream);
    return stream;
  };
  const head = async (): Promise<string> => String(await api.store.head());
  let beat: () => void;
  beforeAll(async () => {
    const intervals = jest.spyOn(global, 'setInterval');
    api = await startApi();
    const beats = intervals.mock.calls.filter(([, ms]) => ms === 10_000);
    intervals.mockRestore();
    expect(beats).toHaveLength(1);
    beat = beats[0]?.[0] as () => void;
    staff = await staffOf(api);
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => api.stop());

  it('tell that a case or a clock moved, with id and version, and nothing of its content', async () => {
    const stream = await open(staff.agent);
    expect(stream.status).toBe(200);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-position': await head(),
    });
    const id = await reported(staff.agent);
    await done(staff.agent.post(`/api/v1/cases/${id}/notes`, note));
    api.clock.now += 25 * 3_600_000;
    await done(staff.agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }));
    const events = await stream.first(7);
    expect(events.map(({ event, data }) => [event, data.type, data.id, data.caseId, data.version])).toEqual([
      ['case', 'FaultReported', id, id, 1],
      ['case', 'NoteAdded', id, id, 2],
      ['case', 'OwnershipTaken', id, id, 3],
      ...[1, 2, 3].map((version) => ['clock', 'SlaWarningRaised', 'onSiteResponse:-:1', id, version]),
      ['clock', 'SlaBreached', 'onSiteResponse:-:1', id, 4],
    ]);
    expect(events.map(({ id: position }) => Number(position))).toEqual(
      events.map((_, index) => Number(events[0]?.id) + index),
    );
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${REPORT.siteName}|来电|王建国`));
  });

  it('resume after Last-Event-ID without a gap and without doubles, from any position', async () => {
    const before = await head();
    const id = await reported(staff.agent);
    for (let i = 0; i < 5; i += 1) await done(staff.agent.post(`/api/v1/cases/${id}/notes`, note));
    const whole = (await (await open(staff.agent, before)).first(6)).map((event) => event.id);
    for (const [index, from] of whole.entries()) {
      const rest = await open(staff.agent, from);
      await done(staff.agent.post(`/api/v1/cases/${id}/notes`, note));
      const expected = [...whole.slice(index + 1)];
      const ids = (await rest.first(expected.length + 1)).map((event) => event.id);
      expect(ids.slice(0, expected.length)).toEqual(expected);
      expect(new Set(ids).size).toBe(ids.length);
      rest.close();
      whole.push(await head());
      if (index === 4) break;
    }
  });

  it('begin at the head without Last-Event-ID, and where it is the head', async () => {
    for (const lastEventId of [undefined, '', 'head']) {
      const stream = await open(staff.agent, lastEventId === 'head' ? await head() : lastEventId);
      const id = await reported(staff.agent);
      const [first] = await stream.first(1);
      expect(first?.data.caseId).toBe(id);
      stream.close();
    }
  });

  it('refuse a Last-Event-ID beyond the head: it is of another log, and there may be a gap', async () => {
    const answer = await staff.agent.get('/api/v1/live', { 'last-event-id': String(Number(await head()) + 1) });
    expectProblem(answer, 400, 'request.malformed');
    expect(Object.keys(answer.body.errors ?? {})).toEqual(['Last-Event-ID']);
  });

  it.each(['x', '-1', '1.5', '9'.repeat(19), '1 2'])('Last-Event-ID %s is 400', async (lastEventId) => {
    const answer = await staff.agent.get('/api/v1/live', { 'last-event-id': lastEventId });
    expectProblem(answer, 400, 'request.malformed');
    expect(Object.keys(answer.body.errors ?? {})).toEqual(['Last-Event-ID']);
  });

  it('show each reader what is in his scope at that moment', async () => {
    const before = await head();
    const mine = await dispatched(staff);
    const foreign = await reported(staff.agent, { region: '吉林' });
    const others = await dispatchTo(staff, await reported(staff.agent), 'tech-wang');
    const last = await reported(staff.agent, { region: '最后' });
    const casesFor = async (role: string, claims: object, count: number): Promise<Set<string>> => {
      const stream = await open(await callerAs(api, role, claims), before);
      return new Set((await stream.first(count)).map(({ data }) => data.caseId));
    };
    expect(await casesFor('agent', { regions: ['吉林'] }, 1)).toEqual(new Set([foreign]));
    expect(await casesFor('analyst', { regions: ['吉林', '最后'] }, 2)).toEqual(new Set([foreign, last]));
    expect(await casesFor('technician', { sub: 'tech-li' }, 2)).toEqual(new Set([mine.id]));
    expect(await casesFor('regulator', {}, 6)).toEqual(new Set([mine.id, foreign, others.id, last]));
  });

  it('a reader who may see nothing learns nothing, not even how much happens', async () => {
    const before = await head();
    const nobody = await open(await callerAs(api, 'depot-clerk'), before);
    const someone = await open(staff.agent, before);
    await reported(staff.agent);
    await someone.first(1);
    const stranger = await open(await callerAs(api, 'technician', { sub: 'tech-none' }));
    beat();
    await nobody.until(() => nobody.others.some((text) => text.startsWith(': ')));
    expect([...nobody.events, ...stranger.events]).toEqual([]);
  });

  it('a technician learns that his visit was withdrawn, and nothing of the case after that', async () => {
    const place = await dispatched(staff);
    const stream = await open(staff.technician);
    await done(staff.technician.post(`${place.visit}/acceptance`, {}));
    expect((await stream.first(1))[0]?.data.type).toBe('DispatchAccepted');
    await done(staff.dispatcher.post(`${place.visit}/withdrawal`, { reason: '改派' }));
    await done(staff.agent.post(`${place.path}/notes`, note));
    const next = await dispatched(staff);
    await stream.until(() => stream.events.some(({ data }) => data.caseId === next.id));
    const told = stream.events.filter(({ data }) => data.caseId === place.id);
    expect(told.map(({ data }) => data.type)).toEqual(['DispatchAccepted', 'DispatchWithdrawn']);
  });

  it('a heartbeat keeps the connection every 10 s', async () => {
    const stream = await open(staff.agent);
    beat();
    await stream.until(() => stream.others.length > 1);
    expect(stream.others).toEqual([expect.stringMatching(/^retry: \d+\nid: \d+$/), ': still here']);
  });

  it('streams are counted while they are open', async () => {
    const operator = await callerAs(api, 'operator');
    const count = async () =>
      /fieldcase_live_clients (\d+)/.exec(String((await operator.get('/metrics')).body['text']))?.[1];
    const stream = await open(staff.agent);
    expect(await count()).toBe('1');
    stream.close();
    await stream.ended;
    await eventually(async () => (await count()) === '0');
  });
});

/** A log of events as long as `head` says. */
class LongLog implements LogSource {
  reads = 0;
  last = 0n;
  private wake = (): void => undefined;

  grow(to: bigint): void {
    this.last = to;
    this.wake();
  }

  async head(): Promise<bigint> {
    return this.last;
  }

  async read({ after, limit }: { after: bigint; limit: number }) {
    this.reads += 1;
    const end = after + BigInt(limit) < this.last ? after + BigInt(limit) : this.last;
    const events = Array.from({ length: Number(end - after) }, (_, index) => eventAt(after + BigInt(index) + 1n));
    return { events, upTo: end };
  }

  async waitForMore(after: bigint, _ms: number, signal: AbortSignal): Promise<void> {
    if (this.last > after || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.wake = () => {
        signal.removeEventListener('abort', this.wake);
        resolve();
      };
      signal.addEventListener('abort', this.wake);
    });
  }
}

const BULK = 'x'.repeat(100);
const eventAt = (position: bigint): RecordedEvent =>
  ({ position, streamId: `case:${BULK}`, version: Number(position), type: 'NoteAdded', data: {} }) as never;

describe('server-sent events and slow readers', () => {
  let api: ApiUnderTest;
  let log: LongLog;
  let token: string;
  beforeEach(async () => {
    log = new LongLog();
    api = await startApi({
      limits: { drainMs: 60_000 },
      change: (options) => ({ ...options, sources: { ...options.sources, log } }),
    });
    token = (await callerAs(api, 'agent')).token;
  });
  const unread = (lastEventId: string): RawSocket => {
    const socket = new RawSocket(api.url);
    socket.socket.pause();
    const headers = `Host: x\r\nAuthorization: Bearer ${token}\r\nLast-Event-ID: ${lastEventId}\r\n`;
    return socket.send(`GET /api/v1/live HTTP/1.1\r\n${headers}\r\n`);
  };
  const metric = async (name: string): Promise<number> => {
    const operator = await callerAs(api, 'operator');
    const { body } = await operator.get('/metrics');
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(String(body['text']))?.[1]);
  };

  it('one who resumes far behind gets everything at his own pace', async () => {
    log.grow(10_000n);
    const stream = await EventStream.open(api, token, '0');
    const events = await stream.first(10_000);
    expect(events.at(-1)?.id).toBe('10000');
    expect(await metric('fieldcase_live_dropped_total')).toBe(0);
    stream.close();
    await api.stop();
  });

  it('one who does not read while he catches up is not read for', async () => {
    log.grow(1_000_000n);
    const slow = unread('0');
    const reader = await EventStream.open(api, token);
    await eventually(async () => (await metric('fieldcase_live_clients')) === 2);
    for (let i = 1n; i <= 20n; i += 1n) {
      log.grow(1_000_000n + i);
      await reader.first(Number(i));
    }
    expect(log.reads).toBeLessThan(100);
    expect(reader.events).toHaveLength(20);
    slow.end();
    reader.close();
    await api.stop();
  });

  it('one who stops reading is dropped, the others go on, and he may resume', async () => {
    const slow = unread('');
    const reader = await EventStream.open(api, token);
    await eventually(async () => (await metric('fieldcase_live_clients')) === 2);
    let grown = 0n;
    await eventually(async () => {
      log.grow((grown += 500n));
      await reader.first(Number(grown));
      return (await metric('fieldcase_live_dropped_total')) === 1;
    });
    expect(reader.events.at(-1)?.id).toBe(String(grown));
    slow.socket.resume();
    await slow.closed;
    const got = [...slow.text.matchAll(/^id: (\d+)\nevent/gm)].at(-1)?.[1] ?? '0';
    const again = await EventStream.open(api, token, got);
    expect((await again.first(1))[0]?.id).toBe(String(Number(got) + 1));
    again.close();
    reader.close();
    await api.stop();
  });

  it('all end when the process stops, also those who do not read', async () => {
    log.grow(1_000_000n);
    const slow = unread('0');
    const reader = await EventStream.open(api, token);
    await eventually(async () => (await metric('fieldcase_live_clients')) === 2);
    await api.stop();
    await reader.ended;
    slow.socket.resume();
    await slow.closed;
    expect(reader.response.complete).toBe(true);
  });
});

it('on PostgreSQL, events come as they are committed and can be resumed', async () => {
  const api = await startApiOnPostgres();
  try {
    const agent = await callerAs(api, 'agent');
    const first = await reported(agent);
    const stream = await EventStream.open(api, agent.token);
    const second = await reported(agent);
    const [event] = await stream.first(1);
    expect(event?.data).toMatchObject({ id: second, version: 1, type: 'FaultReported' });
    const resumed = await EventStream.open(api, agent.token, '0');
    expect((await resumed.first(2)).map(({ data }) => data.caseId)).toEqual([first, second]);
  } finally {
    await api.stop();
  }
});
