import type { ReferencePage } from '@fieldcase/contracts';
import { cursorInvalid, decodeCursor, encodeCursor, limitOf } from '../cursor';

export interface KeyedPage<View> {
  readonly items: readonly View[];
  readonly next: string | null;
}

type ById<Entry> = Readonly<Record<string, Entry>>;
/** A fold's map is never changed, only replaced: its keys are sorted once, not once per page. */
const sorted = new WeakMap<object, readonly string[]>();

function sortedKeys(entries: object): readonly string[] {
  let keys = sorted.get(entries);
  if (!keys) sorted.set(entries, (keys = Object.keys(entries).sort()));
  return keys;
}

/**
 * A page by key, in code-unit order.
 * @param list the cursor is of this list only
 * @param viewOf null for what is not asked for, or not the caller's to see
 * @throws Rejection `query.cursor-invalid`, `query.limit-invalid` (malformed)
 */
export function pageOfKeys<Entry, View>(
  list: string,
  entries: ById<Entry>,
  page: ReferencePage,
  viewOf: (entry: Entry) => View | null,
): KeyedPage<View> {
  const limit = limitOf(page.limit);
  const after = page.cursor === undefined ? undefined : keyOf(list, page.cursor);
  const found: { key: string; view: View }[] = [];
  for (const key of sortedKeys(entries)) {
    if (after !== undefined && key <= after) continue;
    const view = viewOf(entries[key] as Entry);
    if (view !== null) found.push({ key, view });
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(({ view }) => view), next: last ? encodeCursor([list, last.key]) : null };
}

function keyOf(list: string, cursor: string): string {
  const [of, key] = decodeCursor(cursor, 'ss');
  if (of !== list) throw cursorInvalid();
  return String(key);
}
