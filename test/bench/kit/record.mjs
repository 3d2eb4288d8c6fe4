import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const document = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));

/** @typedef {Record<string, unknown>} Line */

/**
 * Runs a bench, and puts its figures in the place of those of the run before it.
 * @param {readonly string[]} args its name and options
 * @param {(onLine: (line: string) => void) => Promise<void>} run
 */
export async function keptIn(args, run) {
  /** @type {Line[]} */
  const lines = [];
  await run((line) => {
    if (line.startsWith('{"bench":')) lines.push(JSON.parse(line));
  });
  const text = readFileSync(document, 'utf8');
  writeFileSync(document, withSection(text, args, lines, factsOfThisRun()));
  execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', document], { stdio: 'inherit' });
}

function factsOfThisRun() {
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return [
    new Date().toISOString().slice(0, 10),
    `${availableParallelism()} cores, ${memory} GiB, Node ${process.versions.node}`,
    `commit ${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', '.', ':!docs/benchmarks.md') ? ' and what was not committed' : ''}`,
  ].join('; ');
}

/**
 * The document with the figures of this run; as it was where the run told none, because it failed before.
 * @param {string} text
 * @param {readonly string[]} args
 * @param {readonly Line[]} lines
 * @param {string} facts
 */
export function withSection(text, args, lines, facts) {
  if (lines.length === 0) return text;
  const [name] = args;
  const heading = `## ${name}\n`;
  const section = `${heading}\n\`npm run bench -- ${args.join(' ')}\`: ${facts}\n\n${tablesOf(lines)}`;
  const from = text.indexOf(`\n${heading}`);
  if (from < 0) return `${text.trimEnd()}\n\n${section}`;
  const next = text.indexOf('\n## ', from + 1);
  return `${text.slice(0, from + 1)}${section}${next < 0 ? '' : text.slice(next)}`;
}

/** @param {readonly Line[]} lines */
function tablesOf(lines) {
  /** @type {Map<string, Line[]>} */
  const byColumns = new Map();
  for (const { bench: _, ...line } of lines) {
    const told = 'holds' in line ? toldOf(line) : line;
    const columns = Object.keys(told).join(' | ');
    byColumns.set(columns, [...(byColumns.get(columns) ?? []), told]);
  }
  return [...byColumns].map(([columns, rows]) => tableOf(columns, rows)).join('\n');
}

/** @param {Line} line @returns {Line} */
function toldOf({ shape, goal, holds, measured }) {
  return { 'asked for': shape ?? goal, measured, met: holds ? 'yes' : 'no' };
}

/** @param {string} columns @param {readonly Line[]} rows */
function tableOf(columns, rows) {
  const dashes = columns.split(' | ').map(() => '---');
  const cells = rows.map((row) => Object.values(row).map(cellOf).join(' | '));
  return [columns, dashes.join(' | '), ...cells].map((line) => `| ${line} |\n`).join('');
}

/** @param {unknown} value */
function cellOf(value) {
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  return typeof value === 'string' ? value.replaceAll('|', '\\|') : JSON.stringify(value);
}
