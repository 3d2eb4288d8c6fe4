import fc from 'fast-check';
import { mapping, play, typesOf } from './history.fixture';
import type { HistoryMapping } from './mapping.types';

const dispatching: HistoryMapping = {
  ...mapping,
  rules: [
    { event: 'dispatch', when: [{ column: 'what', equals: 'send' }], technician: { column: 'who' } },
    ...mapping.rules,
  ],
};
const what = fc.constantFrom('note', 'send', 'arrive', 'wait', 'done', 'close', 'test', 'zzz');
/** In the order of time, with several rows of one minute: many logs know no more than the day. */
const files = fc
  .array(fc.record({ minute: fc.nat(3), what, who: fc.constantFrom('li', 'wang') }), { maxLength: 9 })
  .map((rows) => rows.sort((a, b) => a.minute - b.minute).map((row) => `${row.minute} ${row.what} ${row.who}`));
const mappings = fc.constantFrom<HistoryMapping>(dispatching, { ...dispatching, closeAt: 'lastRow' });

describe('a file that comes a second time', () => {
  it.each([
    ['a row that was rejected', ['2 send li', '4 send wang', '4 done li']],
    ['a row that nothing matched', ['2 note li', '4 zzz li', '4 wait li']],
  ])('writes nothing: %s at the instant at which the log ends', (_, lines) => {
    const used: HistoryMapping = { ...dispatching, closeAt: 'lastRow' };
    const first = play(lines, { mapping: used });
    expect(typesOf(play(lines, { mapping: used, log: first.events }).events)).toEqual([]);
  });

  it('writes nothing', () => {
    fc.assert(
      fc.property(files, mappings, (lines, used) => {
        const first = play(lines, { mapping: used });
        expect(typesOf(play(lines, { mapping: used, log: first.events }).events)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('goes on where a run was killed, as if it had not been', () => {
    fc.assert(
      fc.property(files, mappings, fc.nat(9), (lines, used, rows) => {
        const whole = play(lines, { mapping: used });
        // What follows the last row comes with the last chunk only.
        const killed = play(lines.slice(0, rows), { mapping: { ...used, closeAt: 'open' } });
        const rest = play(lines, { mapping: used, log: killed.events });
        expect([...killed.events, ...rest.events]).toEqual(whole.events);
      }),
      { numRuns: 1_000 },
    );
  });
});
