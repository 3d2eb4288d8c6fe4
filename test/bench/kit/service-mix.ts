import { randomUUID } from 'node:crypto';
import { loadOrCreateDemoIssuer, signDemoToken, type DemoIssuer } from '@fieldcase/config';

/** The life of a case, in order: every fifth command is one of each. */
export const STEPS = ['ReportFault', 'DispatchTechnician', 'RecordArrival', 'CompleteVisit', 'CloseCase'] as const;

export interface HttpCommand {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the case; its own are told from the answer. */
  readonly of: OpenCase;
}

/** What of an answer the next command needs. */
export interface Accepted {
  readonly id: string;
  readonly visitId?: string;
  readonly position: string;
}

interface OpenCase {
  readonly number: number;
  readonly technician: number;
  step: number;
  id: string;
  visitId: string;
}

interface Staff {
  readonly agents: readonly string[];
  readonly dispatchers: readonly string[];
  readonly technicians: readonly string[];
}

const REGION = '黑龙江';
const DEPOT = 'bench-depot';
const AGENTS = 10;
const DISPATCHERS = 5;
const TECHNICIANS = 50;

const technicianId = (number: number): string => `bench-technician-${number}`;
const count = <T>(length: number, of: (n: number) => T): T[] => Array.from({ length }, (_, n) => of(n));

/** The people of a region, who carry cases from the report to the end: each command as its client would send it. */
export class ServiceMix {
  private commands = 0;
  private reported = 0;
  /** By the step that is next. */
  private readonly waiting = STEPS.map((): OpenCase[] => []);

  private constructor(private readonly staff: Staff) {}

  /** With tokens of the demo issuer of `dataDir`; at `url` they are registered first. */
  static async of({ url, dataDir }: { readonly url?: string; readonly dataDir: string }): Promise<ServiceMix> {
    const issuer = await loadOrCreateDemoIssuer(dataDir);
    if (url !== undefined) await register(url, await bearer(issuer, 'supervisor', 'bench-supervisor'));
    const all = (role: string, size: number, sub = (n: number) => `bench-${role}-${n}`): Promise<string[]> =>
      Promise.all(count(size, (n) => bearer(issuer, role, sub(n))));
    return new ServiceMix({
      agents: await all('agent', AGENTS),
      dispatchers: await all('dispatcher', DISPATCHERS),
      technicians: await all('technician', TECHNICIANS, technicianId),
    });
  }

  /** In turn one of each step; of a case whose latest answer is there, or else a new one. */
  next(): HttpCommand {
    const step = this.commands % STEPS.length;
    this.commands += 1;
    const known = this.waiting[step]?.shift();
    return known ? this.commandFor(known) : this.commandFor(this.newCase());
  }

  accepted({ of }: HttpCommand, answer: Accepted): void {
    if (of.step === 0) of.id = answer.id;
    if (answer.visitId !== undefined) of.visitId = answer.visitId;
    of.step += 1;
    this.waiting[of.step]?.push(of);
  }

  private newCase(): OpenCase {
    const number = this.reported;
    this.reported += 1;
    return { number, technician: number % TECHNICIANS, step: 0, id: '', visitId: '' };
  }

  private commandFor(of: OpenCase): HttpCommand {
    const { number, technician, id } = of;
    const { agents, dispatchers, technicians } = this.staff;
    const by = (tokens: readonly string[], path: string, body: object): HttpCommand => ({
      path: `/api/v1/cases${path}`,
      headers: {
        'content-type': 'application/json',
        authorization: tokens[number % tokens.length] ?? '',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(body),
      of,
    });
    const visit = `/${id}/visits/${of.visitId}`;
    const informed = { result: '已修复，客户满意', channel: 'on-site' };
    switch (STEPS[of.step]) {
      case 'DispatchTechnician':
        return by(dispatchers, `/${id}/dispatch`, { technicianId: technicianId(technician), note: '请先电话联系机主' });
      case 'RecordArrival':
        return by(technicians, `${visit}/arrival`, { geo: { lat: 45.75, lon: 126.65 } });
      case 'CompleteVisit':
        return by(technicians, `${visit}/completion`, { fixed: true, materials: [], customerInformed: informed });
      case 'CloseCase':
        return by(agents, `/${id}/close`, { resolution: 'repaired' });
      default:
        return by(agents, '', report(number));
    }
  }
}

const report = (number: number): object => ({
  siteName: `双城区永胜农机合作社第${number}站`,
  contact: { name: '王建国', phone: `+86 451 ${String(10_000_000 + number)}` },
  address: '哈尔滨市双城区永胜镇胜利村',
  region: REGION,
  county: '双城区',
  product: '4LZ-8.0E',
  assetSerial: `BENCH-${number}`,
  channel: 'phone',
  faultDescription: '割台不升降，液压泵有异响',
});

async function bearer(issuer: DemoIssuer, role: string, sub: string): Promise<string> {
  return `Bearer ${await signDemoToken(issuer, { sub, name: sub, roles: [role], regions: [REGION] })}`;
}

async function register(url: string, authorization: string): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  await post('depots', { id: DEPOT, name: '双城配件站', kind: 'region', region: REGION });
  const common = { homeDepot: DEPOT, regions: [REGION], skills: ['hydraulics'], languages: ['zh-CN'], active: true };
  await Promise.all(
    count(TECHNICIANS, (n) => post('technicians', { id: technicianId(n), name: `师傅 ${n}`, ...common })),
  );
}
