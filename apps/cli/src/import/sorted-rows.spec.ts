import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { SortedRows } from './sorted-rows';

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('fieldcase-rejects-'));
async function drained(rows: SortedRows<{ row: number; text: string }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { row, text } of rows.drain()) all.push(`${row} ${text}`);
  return all;
}

describe('sorted rows', () => {
  it.each([1, 2, 3, 7, 100])('come in order, %s of them kept in memory', async (kept) => {
    const rows = new SortedRows<{ row: number; text: string }>(kept);
    const order = [5, 3, 9, 1, 12, 8, 2, 11, 7, 4, 10, 6];
    for (const row of order) rows.add({ row, text: `"${row}\r\n\u2028\u2029\u0085,` });
    const expected = [...order].sort((a, b) => a - b).map((row) => `${row} "${row}\r\n\u2028\u2029\u0085,`);
    expect(await drained(rows)).toEqual(expected);
    expect(await drained(rows)).toEqual([]);
  });

  it('leave no folder behind, read or not', async () => {
    const before = folders();
    const read = new SortedRows<{ row: number; text: string }>(1);
    const unread = new SortedRows<{ row: number; text: string }>(1);
    for (const rows of [read, unread]) rows.add({ row: 1, text: '' });
    const made = folders().filter((name) => !before.includes(name));
    expect(made.length).toBeGreaterThanOrEqual(2);
    await drained(read);
    unread.close();
    expect(made.filter((name) => existsSync(`${tmpdir()}/${name}`)).length).toBeLessThanOrEqual(made.length - 2);
  });
});
