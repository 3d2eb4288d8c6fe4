#!/usr/bin/env node
// Counts helpdesk-log.csv by itself, to check the product against: shares no code with it, on purpose.
// usage: node test/support/helpdesk-count.mjs <file>
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const HOUR = 3_600_000;

/** UTC of 01:00 UTC on the last Sunday of a month: when summer time begins (March) and ends (October). */
function lastSunday(year, month) {
  const lastDay = new Date(Date.UTC(year, month, 0));
  return Date.UTC(year, month - 1, lastDay.getUTCDate() - lastDay.getUTCDay(), 1);
}

/** "2012-10-09 14:50:17" on a wall in Italy. */
function italianTime(text) {
  const wall = Date.parse(`${text.replace(' ', 'T')}Z`);
  const year = Number(text.slice(0, 4));
  const summer = wall - 2 * HOUR >= lastSunday(year, 3) && wall - 2 * HOUR < lastSunday(year, 10);
  return wall - (summer ? 2 : 1) * HOUR;
}

function readCases(text) {
  const lines = text.split('\n').filter((line) => line !== '');
  const seen = new Set();
  const cases = new Map();
  let duplicates = 0;
  lines.slice(1).forEach((line, index) => {
    if (seen.has(line)) {
      duplicates += 1;
      return;
    }
    seen.add(line);
    const [name, activity, , stamp] = line.split(',');
    if (!cases.has(name)) cases.set(name, []);
    cases.get(name).push({ activity, at: italianTime(stamp), line: index });
  });
  for (const rows of cases.values()) rows.sort((a, b) => a.at - b.at || a.line - b.line);
  return { rows: lines.length - 1, duplicates, cases };
}

/** A span of the case from report or reopening to its closing. */
function newCycle(at) {
  return { startedAt: at, firstArrival: null, last: null, closedAt: null, pauses: [] };
}

function play(rows, sums) {
  const cycles = [newCycle(rows[0].at)];
  let visitOpen = false;
  rows.forEach((row, index) => {
    const next = rows[index + 1];
    if (index === 0) return;
    let cycle = cycles.at(-1);
    if (cycle.closedAt !== null) {
      if (row.activity === 'Closed') {
        sums.ignored += 1;
        return;
      }
      sums.reopened += 1;
      cycle = newCycle(row.at);
      cycles.push(cycle);
    }
    if (row.activity === 'Take in charge ticket') {
      if (visitOpen) sums.handOvers += 1;
      else {
        sums.arrivals += 1;
        cycle.firstArrival ??= row.at;
        cycle.last = { kind: 'arrival', at: row.at };
      }
      visitOpen = true;
    } else if (row.activity === 'Resolve ticket') {
      sums.completions += 1;
      if (!visitOpen) sums.remote += 1;
      visitOpen = false;
      cycle.last = { kind: 'completion', at: row.at };
    } else if (row.activity === 'Wait') {
      sums.pauses += 1;
      cycle.pauses.push([row.at, next ? next.at : Infinity]);
    } else if (row.activity === 'Closed') {
      cycle.closedAt = row.at;
    } else {
      sums.notes += 1;
    }
  });
  return cycles;
}

/** Time from a to b outside the pauses, which never overlap here. */
function counted(from, to, pauses) {
  const paused = pauses.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
  return to - from - paused;
}

function judge(cycle, clocks) {
  const stopOf = { arrival: cycle.closedAt, completion: cycle.last?.at };
  const restored = stopOf[cycle.last?.kind ?? 'arrival'];
  const restoreTime = counted(cycle.startedAt, restored, cycle.pauses);
  clocks.restore[restoreTime <= 72 * HOUR ? 'met' : 'breached'] += 1;
  const arrived = cycle.firstArrival;
  const response = counted(cycle.startedAt, arrived ?? cycle.closedAt, cycle.pauses);
  const inTime = arrived === null ? 'cancelled' : 'met';
  clocks.onSiteResponse[response <= 24 * HOUR ? inTime : 'breached'] += 1;
}

export function countHelpdesk(file) {
  const { rows, duplicates, cases } = readCases(readFileSync(file, 'utf8'));
  const sums = { arrivals: 0, handOvers: 0, completions: 0, remote: 0, pauses: 0, notes: 0, ignored: 0, reopened: 0 };
  const clocks = {
    onSiteResponse: { met: 0, breached: 0, cancelled: 0 },
    restore: { met: 0, breached: 0, cancelled: 0 },
  };
  for (const ofCase of cases.values()) {
    for (const cycle of play(ofCase, sums)) {
      // A cycle that was never closed would be judged at the reader's now; this file has none.
      if (cycle.closedAt === null) throw new Error('a case of the file is not closed');
      judge(cycle, clocks);
    }
  }
  const imported = rows - duplicates - sums.ignored;
  return { rows, duplicates, cases: cases.size, imported, ...sums, clocks };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(countHelpdesk(process.argv[2]), null, 2));
}
