import {
  BOARD_QUEUES,
  BOARD_SORTS,
  CASE_STATUSES,
  type CaseBoardFilter,
  type Role,
  type Scope,
} from '@fieldcase/contracts';
import { BOARD_CROWD, filledCase } from './fill-board';

/** A list that the API offers; each time it is asked with other values, as by other people. */
export interface BoardQuestion {
  readonly name: string;
  ask(nth: number): { readonly scope: Scope; readonly filter: CaseBoardFilter };
}

const scopeOf = (role: Role, sub: string, regions: Scope['regions'] = '*'): Scope => ({
  sub,
  roles: [role],
  regions,
  depots: '*',
});
const supervisor = scopeOf('supervisor', 'sun');
const of = (name: keyof typeof BOARD_CROWD, nth: number): string =>
  `${name.slice(0, -1)}-${(nth * 37) % BOARD_CROWD[name]}`;

type Filters = Readonly<Record<string, (nth: number) => CaseBoardFilter>>;

const filters: Filters = {
  'no filter': () => ({}),
  ...Object.fromEntries(CASE_STATUSES.map((status) => [`status ${status}`, () => ({ status })])),
  'status of three': () => ({ status: ['dispatched', 'accepted', 'appointed'] }),
  ...Object.fromEntries(BOARD_QUEUES.map((queue) => [`queue ${queue}`, () => ({ queue })])),
  region: (nth) => ({ region: of('regions', nth) }),
  technicianId: (nth) => ({ technicianId: of('technicians', nth) }),
  depotId: (nth) => ({ depotId: of('depots', nth) }),
  product: () => ({ product: '联合收割机 4LZ-6.0' }),
  'product that none has': () => ({ product: 'none' }),
  priority: () => ({ priority: 'urgent' }),
  owner: (nth) => ({ owner: of('owners', nth) }),
  source: () => ({ source: 'helpdesk' }),
  'region and status': (nth) => ({ region: of('regions', nth), status: 'dispatched' }),
  'region and queue': (nth) => ({ region: of('regions', nth), queue: 'unassigned' }),
};

const searches = (cases: number): Filters => {
  const found = (nth: number) => filledCase((nth * 7_919) % cases);
  return {
    'q: a phone': (nth) => ({ q: found(nth).phone }),
    'q: end of a phone': (nth) => ({ q: found(nth).phone.slice(-6) }),
    'q: a number': (nth) => ({ q: found(nth).number }),
    'q: a serial': (nth) => ({ q: found(nth).serial }),
    'q: a site': (nth) => ({ q: found(nth).siteName }),
    'q: a village and a person': (nth) => ({ q: found(nth).siteName.slice(0, 6) }),
    'q: a village': (nth) => ({ q: found(nth).siteName.slice(0, 3) }),
    'q: two characters': (nth) => ({ q: found(nth).siteName.slice(0, 2) }),
    'q: two characters that none has': () => ({ q: '龘龘' }),
    'q: nothing like it': () => ({ q: '没有这个地方' }),
  };
};

/** Callers who see less, and what they ask for most. */
const callers: Readonly<Record<string, (nth: number) => Scope>> = {
  'a dispatcher of one region': (nth) => scopeOf('dispatcher', of('owners', nth), [of('regions', nth)]),
  'a technician': (nth) => scopeOf('technician', of('technicians', nth)),
  'an analyst': () => scopeOf('analyst', 'ana'),
};

export function boardQuestions(cases: number): readonly BoardQuestion[] {
  const sorted = Object.entries(filters).flatMap(([name, filter]) =>
    BOARD_SORTS.map((sort): BoardQuestion => ({
      name: `${name} by ${sort}`,
      ask: (nth) => ({ scope: callerOf(filter(nth), nth), filter: { ...filter(nth), sort } }),
    })),
  );
  const searched = Object.entries(searches(cases)).map(([name, filter]): BoardQuestion => ({
    name,
    ask: (nth) => ({ scope: supervisor, filter: filter(nth) }),
  }));
  const phone = (nth: number): CaseBoardFilter => ({ q: filledCase((nth * 7_919) % cases).phone });
  const called = Object.entries(callers).flatMap(([name, scope]): BoardQuestion[] => [
    { name: `${name}, all`, ask: (nth) => ({ scope: scope(nth), filter: {} }) },
    { name: `${name}, mine`, ask: (nth) => ({ scope: scope(nth), filter: { queue: 'mine' } }) },
    { name: `${name}, q: a phone`, ask: (nth) => ({ scope: scope(nth), filter: phone(nth) }) },
  ]);
  return [...sorted, ...searched, ...called];
}

/** Whose cases `mine` are. */
const callerOf = ({ queue }: CaseBoardFilter, nth: number): Scope =>
  queue === 'mine' ? scopeOf('agent', of('owners', nth)) : supervisor;
