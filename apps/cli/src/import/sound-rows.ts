/** What rows of every file are held to, whatever they tell. */
import { hash } from 'node:crypto';
import { RowProblem } from '@fieldcase/domain';
import { FileProblem } from './file-rows';

/** Between cells of a row where they are digested. */
const SEPARATOR = '\u001f';

/** Names of a header row. Throws FileProblem where one that is read comes twice, or all are one. */
export function namesIn(header: readonly string[], read: readonly string[]): readonly string[] {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  refuseOneColumn(names, read);
  if (twice === undefined || !read.includes(twice)) return names;
  throw new FileProblem(`the column "${twice}" comes twice; give one of them another name`, 1);
}

/** Nothing of a file fits where its cells are separated by something else. */
function refuseOneColumn(names: readonly string[], columns: readonly string[]): void {
  const [only = ''] = names;
  const delimiter = /[;\t|，；,]/.exec(only)?.[0];
  if (names.length > 1 || columns.includes(only) || delimiter === undefined) return;
  const written = JSON.stringify(delimiter);
  throw new FileProblem(
    `the header is one column, "${only}"; if its names are separated by ${written}, write in the mapping: ` +
      `format: { delimiter: ${written} }`,
    1,
  );
}

/** Throws RowProblem. */
export function refuseDamaged(cells: readonly string[], names: readonly string[]): void {
  if (cells.length !== names.length) {
    const what = `${cells.length} cells where the header has ${names.length}`;
    throw new RowProblem(`${what}; is the row cut off, or a cell with the delimiter not quoted?`);
  }
  const damaged = cells.findIndex((cell) => cell.includes('\u0000'));
  if (damaged >= 0) throw new RowProblem('holds a NUL character', names[damaged]);
}

/** The same for exact copies only, and for ever the same: ids of events derive from it. */
export function digestOf(cells: readonly string[]): string {
  const whole = cells.join(SEPARATOR);
  // Cells that hold the separator themselves are told apart by another writing, and its digests by another hash.
  const own = cells.some((cell) => cell.includes(SEPARATOR));
  return (own ? hash('sha512', JSON.stringify(cells), 'hex') : hash('sha256', whole, 'hex')).slice(0, 32);
}
