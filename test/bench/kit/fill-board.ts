import type { Client } from 'pg';
import type { Projection, SqlClient } from '@fieldcase/eventsourcing';
import { caseNumber } from '@fieldcase/domain';
import { caseBoardProjection, gramsOf } from '@fieldcase/read-models';
import { Random } from '../../../apps/cli/src/demo/random';
import { customerIn } from '../../../apps/cli/src/demo/cast';
import { REGIONS, type Region } from '../../../apps/cli/src/demo/words';
import { connectedTo } from '../../rig/scratch-database';
import { CopyLines } from './copy-lines';
import { sampleEvents, type SampleEvent } from './sample-events';

/** What a case of the filled board can be found by. */
export interface FilledCase {
  readonly number: string;
  readonly phone: string;
  readonly siteName: string;
  readonly serial: string;
}

const SEED = 7;
/** One of so many is open. */
const OPEN_EVERY = 10;
/** Whoever and wherever: as many as a large organisation has. */
export const BOARD_CROWD = { owners: 200, technicians: 3_000, depots: 2_800, regions: 31 } as const;

/** The case with this number of the filled board. */
export function filledCase(n: number): FilledCase {
  const customer = customerIn(REGIONS[n % REGIONS.length] as Region, new Random(SEED, n));
  return {
    number: caseNumber(n),
    phone: `13${String((n * 7_919_017) % 1_000_000_000).padStart(9, '0')}`,
    siteName: `${customer.siteName}${(n * 31) % 997}队`,
    serial: `${customer.machine.serialPrefix}-${String(n).padStart(7, '0')}`,
  };
}

/**
 * Makes the tables of the case board in a scratch database and fills `case_board` and `case_search` with rows of the product's own making:
 * the sample cases, folded by the projection, again and again. One in ten is open and of these days; the others were
 * closed over the last three years. Who, where and when differ from row to row; clocks and folds are the samples'.
 */
export async function fillBoard(url: string, cases: number): Promise<void> {
  await connectedTo(url, async (client) => {
    await client.query(
      `set role fieldcase_app; set search_path = read_models; set maintenance_work_mem = '512MB'; set work_mem = '256MB'`,
    );
    const board = await projectSamples(client as unknown as SqlClient);
    await client.query(`create temporary table sample as
      select *, (row_number() over (partition by is_open order by id))::int as nth from case_board;
      truncate case_board, case_search; create temporary table made (n int, number text, phone text, site_name text,
        serial text, number_grams text[], phone_grams text[], site_grams text[])`);
    await copyMade(client, cases);
    await client.query(await insertOf(client, cases));
    await client.query(INSERT_SEARCH);
    await board.createIndexes?.(client as unknown as SqlClient);
    await client.query('vacuum analyze case_board, case_search');
  });
}

async function projectSamples(client: SqlClient): Promise<Projection> {
  const { cases } = await sampleEvents();
  const byPosition = new Map(cases.map((event) => [event.position, event]));
  const fetch = async (positions: readonly bigint[]) =>
    new Map(positions.flatMap((at) => personalOf(byPosition.get(at))));
  const board = caseBoardProjection({ fetch });
  await board.createTables(client);
  const wanted = new Set(board.eventTypes);
  await board.apply(
    client,
    cases.filter(({ type }) => wanted.has(type)).sort((a, b) => (a.position < b.position ? -1 : 1)),
  );
  return board;
}

const personalOf = (event: SampleEvent | undefined): [bigint, object][] =>
  event?.personal ? [[event.position, event.personal]] : [];

async function copyMade(client: Client, cases: number): Promise<void> {
  const lines = new CopyLines(client, 'copy made from stdin');
  for (let n = 0; n < cases; n += 1) {
    const { number, phone, siteName, serial } = filledCase(n);
    const grams = [`${number} ${serial}`, phone, siteName].map((text) => `{${gramsOf(text).join()}}`);
    const full = lines.add(`${[n, number, phone, siteName, serial, ...grams].join('\t')}\n`);
    if (full) await full;
  }
  await lines.end();
  await client.query('analyze made');
}

/** Of the open cases as of the others everybody has as many: every tenth case is open. */
const numbered = (name: string, count: number): string => `'${name}-' || (m.n + m.n / ${OPEN_EVERY}) % ${count}`;
const where = (column: string, value: string): string => `case when s.${column} is not null then ${value} end`;
const technician = numbered('technician', BOARD_CROWD.technicians);

/** What differs from the sample; a column that is not named is the sample's. */
const COLUMNS: Readonly<Record<string, string>> = {
  id: `lpad(to_hex(m.n), 8, '0') || substr(s.id, 9)`,
  number: 'm.number',
  serial: 'm.serial',
  region: numbered('region', BOARD_CROWD.regions),
  owner: where('owner', numbered('owner', BOARD_CROWD.owners)),
  technician_id: where('technician_id', technician),
  open_technician_id: where('open_technician_id', technician),
  technicians: `case when cardinality(s.technicians) = 0 then s.technicians else array[${technician}] end`,
  depot_id: numbered('depot', BOARD_CROWD.depots),
  low_rating: 'not s.is_open and m.n % 400 = 3',
  source: `case when m.n % 7 = 0 then 'helpdesk' else s.source end`,
  reported_at: 's.reported_at + w.shift',
  pause_until: 's.pause_until + w.shift',
  due_at: 's.due_at + w.shift',
  due_before_at: 's.due_before_at + w.shift',
  resumes_at: 's.resumes_at + w.shift',
  soon: `coalesce((select range_agg(tstzrange(lower(one) + w.shift, upper(one) + w.shift)) from unnest(s.soon) as one), '{}')`,
  soon_again_from: 's.soon_again_from + w.shift',
  soon_again_to: 's.soon_again_to + w.shift',
  soon_later_from: 's.soon_later_from + w.shift',
  position: 'm.n + 1',
};

const INSERT_SEARCH = `
insert into case_search (id, number, serial, number_grams, phone, phone_grams, site_name, site_grams)
select c.id, m.number, m.serial, m.number_grams, m.phone, m.phone_grams, m.site_name, m.site_grams
from made m join case_board c on c.position = m.n + 1`;

async function insertOf(client: Client, cases: number): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = 'case_board'::regclass and attnum > 0 and attgenerated = '' and not attisdropped`,
  );
  const names = rows.map(({ name }) => name);
  return `insert into case_board (${names.join(', ')})
    select ${names.map((name) => COLUMNS[name] ?? `s.${name}`).join(', ')}
    from made m
    join (select is_open, count(*)::int as many from sample group by is_open) k on k.is_open = (m.n % ${OPEN_EVERY} = 0)
    join sample s on s.is_open = k.is_open and s.nth = 1 + (m.n / ${OPEN_EVERY}) % k.many,
    lateral (select case when s.is_open then (m.n % 720) * interval '-1 minute'
               else (m.n::float / ${cases} - 1) * interval '1000 days' end as shift) w`;
}
