import { stableId } from '@fieldcase/domain';
import { Refusal } from '../failures';
import { ServiceAway, type Answer, type ApiClient } from './api-client';
import { newReport, SIMULATED } from './new-report';
import { agent, nextStep, supervisor, type CaseView, type Step } from './next-step';

export interface SimulatorOptions {
  readonly api: Pick<ApiClient, 'get' | 'post'>;
  /** Open cases of the simulator's own, at most. */
  readonly cases: number;
  readonly now: () => number;
  /** [0, 1) */
  readonly random: () => number;
  /** Each turn in a line. */
  readonly say: (line: string) => void;
}

const OPEN = 'reported,triaged,dispatched,accepted,appointed,travelling,on-site,visit-done';
/** As many cases as are looked at in one turn for one that a person can do something about. */
const LOOKED_AT = 5;
/** csat in the shares in which they are given, of 10. */
const SCORES = [5, 5, 5, 5, 5, 4, 4, 4, 3, 2] as const;
const PAGE = 200;
const SAMPLE_TECHNICIAN = 'demo-technician';

interface BoardCase {
  readonly id: string;
  readonly number: string;
  readonly region: string;
}

/**
 * A service department at work: each turn is one command of one of its people, to a case that it has reported itself.
 * It remembers nothing that the service does not tell, but for closings that are still to be rated.
 */
export class Simulator {
  private readonly toRate: string[] = [];
  /** Of the cases on the board: whether they are its own, so that each is looked up once. */
  private readonly own = new Map<string, boolean>();
  private samplesSeen = false;

  constructor(private readonly options: SimulatorOptions) {}

  /**
   * At most one command. A service that is away or busy costs the turn, and so does a refusal.
   * @returns whether a command was accepted
   */
  async turn(): Promise<boolean> {
    try {
      return await this.act();
    } catch (error) {
      if (!(error instanceof ServiceAway)) throw error;
      this.options.say(`away: ${error.message}`);
      return false;
    }
  }

  private async act(): Promise<boolean> {
    const { cases, random } = this.options;
    this.samplesSeen ||= await this.hasSamples();
    const rated = this.toRate.length > 2 ? this.toRate.shift() : undefined;
    if (rated !== undefined) return this.rate(rated);
    const board = await this.ownCases();
    // The emptier the board, the more likely a call.
    if (board.length === 0 || random() * cases * 2 > cases + board.length) return this.report();
    for (const each of shuffled(board, random).slice(0, LOOKED_AT)) {
      const accepted = await this.advance(each);
      if (accepted !== undefined) return accepted;
    }
    return board.length < cases && this.report();
  }

  /** Throws Refusal: where customers' cases are, nobody invents any. */
  private async hasSamples(): Promise<boolean> {
    const { status } = await this.options.api.get(supervisor, `/technicians/${SAMPLE_TECHNICIAN}`);
    if (status === 200) return true;
    throw new Refusal(
      `The service answers ${status} for ${SAMPLE_TECHNICIAN}: it has no sample data, or other tokens. "fieldcase demo" adds samples.`,
    );
  }

  /** The board finds the beginning of its serials in names of sites as well: those are customers' cases. */
  private async ownCases(): Promise<readonly BoardCase[]> {
    const found = await this.found();
    const ids = new Set(found.map(({ id }) => id));
    for (const id of this.own.keys()) if (!ids.has(id)) this.own.delete(id);
    for (const id of ids) {
      const view = this.own.has(id) ? undefined : await this.viewOf(id);
      if (view) this.own.set(id, isSimulated(view));
    }
    return found.filter(({ id }) => this.own.get(id) === true);
  }

  private async found(): Promise<readonly BoardCase[]> {
    const query = `/cases?q=${SIMULATED}&status=${OPEN}&limit=${PAGE}`;
    const found: BoardCase[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const after = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.options.api.get(supervisor, `${query}${after}`);
      found.push(...itemsOf<BoardCase>(answer));
      cursor = (answer.body['next'] as string | null | undefined) ?? null;
    }
    return found;
  }

  private async viewOf(id: string): Promise<CaseView | undefined> {
    const { status, body } = await this.options.api.get(supervisor, `/cases/${id}`);
    return status === 200 ? (body as unknown as CaseView) : undefined;
  }

  private async report(): Promise<boolean> {
    const { now, random } = this.options;
    const name = [now(), Math.floor(random() * 1_000_000)];
    const step = { who: agent, path: '/cases', body: newReport(now(), ...name) };
    const { status, body } = await this.tell(step, name.join('-'));
    this.options.say(`${status === 201 ? String(body['number']) : 'a case'} reported: ${status}`);
    return status === 201;
  }

  /** @returns whether the command was accepted; undefined where nobody can do anything just now */
  private async advance({ id, number, region }: BoardCase): Promise<boolean | undefined> {
    const { now } = this.options;
    const view = await this.viewOf(id);
    if (!view || !isSimulated(view)) return undefined;
    const step = nextStep(view, { technicians: await this.techniciansFor(view, region), now: now() });
    if (!step) return undefined;
    const answer = await this.tell(step, `${id}-${view.version}`);
    const accepted = answer.status < 300;
    const refusal = accepted ? '' : ` ${String(answer.body['code'])}`;
    this.options.say(`${number} ${step.path.split('/').at(-1)} by ${step.who.sub}: ${answer.status}${refusal}`);
    if (accepted && step.path.endsWith('/close') && view.caseType !== 'enquiry') this.toRate.push(id);
    return accepted;
  }

  /** Asked for only where somebody is to be sent. */
  private async techniciansFor({ status }: CaseView, region: string): Promise<readonly string[]> {
    if (status !== 'triaged' && status !== 'visit-done') return [];
    const path = `/technicians?region=${encodeURIComponent(region)}&limit=${PAGE}`;
    const all = itemsOf<{ id: string; openVisits: number }>(await this.options.api.get(supervisor, path));
    return all.toSorted((a, b) => a.openVisits - b.openVisits).map(({ id }) => id);
  }

  private async rate(caseId: string): Promise<boolean> {
    const score = SCORES[Math.floor(this.options.random() * SCORES.length)] ?? 5;
    const body = { kind: 'csat', score, channel: 'phone', ...(score <= 2 ? { comment: '等配件等了太久' } : {}) };
    const { status } = await this.tell({ who: agent, path: `/cases/${caseId}/ratings`, body }, caseId);
    this.options.say(`${caseId} rated ${score}: ${status}`);
    return status < 300;
  }

  /** The key is made of what is told: a turn that is repeated after a crash does nothing twice. */
  private tell({ who, path, body }: Step, about: string): Promise<Answer> {
    const key = stableId('simulator', about, path, JSON.stringify(body));
    return this.options.api.post(who, path, body, key);
  }
}

const isSimulated = ({ assetSerial }: CaseView): boolean => assetSerial?.startsWith(SIMULATED) === true;
const itemsOf = <T>({ status, body }: Answer): readonly T[] => (status === 200 ? (body['items'] as readonly T[]) : []);

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
