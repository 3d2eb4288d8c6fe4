import type { StagedRow } from '@fieldcase/postgres';

/** Rows of one case; a case that is longer than a chunk comes in several. */
export interface CaseChunk {
  readonly key: string;
  /** The how-many-th case of the file, from 0, in the order of keys. */
  readonly ordinal: number;
  readonly rows: readonly StagedRow[];
  readonly first: boolean;
  readonly last: boolean;
}

/** A case of more rows than this is appended piece by piece, so that memory stays flat. */
export const CHUNK_ROWS = 5_000;

/** Cuts rows that are ordered by case into chunks, and chunks into batches of about `batchRows` rows. */
export async function* caseBatches(
  pages: AsyncIterable<readonly StagedRow[]>,
  batchRows: number,
): AsyncGenerator<readonly CaseChunk[]> {
  let ordinal = -1;
  let key: string | undefined;
  let rows: StagedRow[] = [];
  let first = true;
  let batch: CaseChunk[] = [];
  let size = 0;
  const cut = (last: boolean): void => {
    batch.push({ key: key ?? '', ordinal, rows, first, last });
    size += rows.length;
    rows = [];
  };
  for await (const page of pages) {
    for (const row of page) {
      if (row.key !== key) {
        if (key !== undefined) cut(true);
        [key, first] = [row.key, true];
        ordinal += 1;
      } else if (rows.length === CHUNK_ROWS) {
        cut(false);
        first = false;
      }
      rows.push(row);
    }
    if (size < batchRows) continue;
    yield batch;
    [batch, size] = [[], 0];
  }
  if (key !== undefined) cut(true);
  if (batch.length > 0) yield batch;
}
