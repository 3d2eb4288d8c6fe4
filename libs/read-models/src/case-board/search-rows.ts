/** What cases are found by: rows of their own, written when a batch reports or corrects a case. */
import { rootOf, type PersonalData, type RecordedEvent, type SqlClient } from '@fieldcase/eventsourcing';
import type { CaseFold } from '../fold/case-fold';
import { dialled } from './dialled';
import { gramsOf } from './search-grams';

const COLUMNS = { id: 'text', number: 'text', serial: 'text', number_grams: 'text[]' } as const;
const PERSONAL_COLUMNS = { site_name: 'text', site_grams: 'text[]', phone: 'text', phone_grams: 'text[]' } as const;

const names = Object.keys({ ...COLUMNS, ...PERSONAL_COLUMNS }).join(', ');
const definitions = Object.entries({ ...COLUMNS, ...PERSONAL_COLUMNS }).map(([name, type]) => `${name} ${type}`);
/** A batch that says nothing about a personal column leaves it as it is. */
const personalAssignments = Object.keys(PERSONAL_COLUMNS).map(
  (name) => `${name} = coalesce(excluded.${name}, search.${name})`,
);

const UPSERT = `
insert into case_search as search (${names})
select ${names} from json_to_recordset($1::json) as row(${definitions.join(', ')})
on conflict (id) do update set number = excluded.number, serial = excluded.serial,
  number_grams = excluded.number_grams, ${personalAssignments.join(', ')}`;

const FORGET = `
update case_search set ${Object.keys(PERSONAL_COLUMNS)
  .map((name) => `${name} = null`)
  .join(', ')} where id = $1`;

/** These, and no others, say what a case is found by. */
const SAYING: ReadonlySet<string> = new Set(['FaultReported', 'DetailsCorrected']);

type PersonalColumns = Partial<ReturnType<typeof siteColumns> & ReturnType<typeof phoneColumns>>;

/** @param personal asked once per batch, for site names and phones */
export async function writeSearch(
  client: SqlClient,
  personal: PersonalData,
  folds: ReadonlyMap<string, CaseFold>,
  events: readonly RecordedEvent[],
): Promise<void> {
  const saying = events.filter(({ type, streamId }) => SAYING.has(type) && folds.has(rootOf(streamId)));
  if (saying.length === 0) return;
  const found = await personalColumns(personal, saying);
  const rows = [...folds].flatMap(([id, { number, serial }]) => {
    const said = found.get(id);
    return said ? [{ id, number, serial, number_grams: gramsOf(`${number} ${serial ?? ''}`), ...said }] : [];
  });
  await client.query(UPSERT, [JSON.stringify(rows)]);
}

/** Nulls the personal columns of a case. */
export async function forgetSubject(client: SqlClient, subjectId: string): Promise<void> {
  await client.query(FORGET, [subjectId]);
}

/** What the events say about site names and phones, by case, though it be nothing; later events win. */
async function personalColumns(
  personal: PersonalData,
  saying: readonly RecordedEvent[],
): Promise<Map<string, PersonalColumns>> {
  const stored = await personal.fetch(saying.map((event) => event.position));
  const found = new Map<string, PersonalColumns>();
  for (const { streamId, position } of saying) {
    const [id, data] = [rootOf(streamId), stored.get(position)];
    found.set(id, { ...found.get(id), ...(data && columnsOf(data)) });
  }
  return found;
}

const siteColumns = (name: string) => ({ site_name: name, site_grams: gramsOf(name) });
/** As it was typed, and as it is dialled: who calls again is asked for by somebody who types it otherwise. */
function phoneColumns(typed: string) {
  const phone = [...new Set([typed, dialled(typed) ?? typed])].join(' ');
  return { phone, phone_grams: gramsOf(phone) };
}

function columnsOf(data: object): PersonalColumns {
  const fields = data as { siteName?: string; contact?: { phone?: string }; personalChanges?: object };
  if (fields.personalChanges) return columnsOf(fields.personalChanges);
  return {
    ...(fields.siteName === undefined ? {} : siteColumns(fields.siteName)),
    ...(fields.contact?.phone === undefined ? {} : phoneColumns(fields.contact.phone)),
  };
}
