import { StoreUnavailable } from '@fieldcase/eventsourcing';
import { backoff, describeFailure, isInfrastructureFailure, isStatementTimeout } from './failure';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('isInfrastructureFailure', () => {
  it.each(['08006', '40P01', '40001', '53300', '55P03', '57P01', '57014', '42P01', '42501', 'XX000', 'ECONNRESET'])(
    'waits for %s to pass',
    (code) => expect(isInfrastructureFailure(withCode(code))).toBe(true),
  );

  it.each(['22P02', '23505', '23502', '21000', '54000', 'P0001'])('blames the event for %s', (code) =>
    expect(isInfrastructureFailure(withCode(code))).toBe(false),
  );

  it('knows the store and the driver', () => {
    expect(isInfrastructureFailure(new StoreUnavailable('away', false))).toBe(true);
    expect(isInfrastructureFailure(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isInfrastructureFailure(new TypeError('x is undefined'))).toBe(false);
    expect(isInfrastructureFailure('a string')).toBe(false);
    expect(isStatementTimeout(withCode('57014'))).toBe(true);
  });
});

const textOf = (fails: () => unknown): string => {
  try {
    fails();
  } catch (error) {
    return describeFailure(error);
  }
  throw new Error('it did not fail');
};

describe('describeFailure', () => {
  it('keeps name, code and place', () => {
    expect(describeFailure(withCode('22P02', 'invalid input'))).toMatch(
      /^Error 22P02: invalid input \(failure\.spec\.ts:\d+\)$/,
    );
  });

  it('drops what is quoted: it may be a person', () => {
    const text = describeFailure(new SyntaxError(`Unexpected token 'x', "{ 13900001111 }" is not '王' or \`李\``));
    expect(text).not.toMatch(/1390|王|李/);
    expect(text).toContain('Unexpected token "…"');
    expect(describeFailure({ phone: '13900001111' })).not.toContain('1390');
  });

  it.each([
    'invalid input syntax for type integer: "call "Li Ming" 138 0000 0000"',
    'a text that was cut: "Li Ming 138',
    `a mark of another kind: 'Li "Ming" \`138\`'`,
    `over lines: "Li\n'Ming'\n138"`,
    `it isn't "Li Ming"`,
  ])('drops quoted text whole, marks and lines within it too: %s', (message) => {
    expect(describeFailure(new Error(message))).toMatch(/^Error: [^"]*"…" \(failure\.spec\.ts:\d+\)$/);
  });

  const unclosed = '(Li Ming';
  it.each<[string, () => unknown]>([
    ['BigInt', () => BigInt('Li Ming')],
    ['in', () => 'x' in ('Li Ming' as unknown as object)],
    ['time zone', () => new Intl.DateTimeFormat('en', { timeZone: 'Li Ming' })],
    ['pattern', () => new RegExp(unclosed)],
    ['property', () => Object.defineProperty(Object.freeze({}), 'Li Ming', { value: 1 })],
    ['reading', () => (undefined as unknown as Record<string, string>)['Li Ming']],
    ['JSON', () => JSON.parse('{"a": "Li "Ming" 138"}')],
  ])('drops what errors of the language tell without quotation marks: %s', (_, fails) => {
    const text = textOf(fails);
    expect(text).not.toMatch(/Li|Ming|138/);
    expect(text).toMatch(/(Type|Range|Syntax)Error.*: .*…/);
  });

  it('takes no line of a message for the place', () => {
    expect(describeFailure(new Error('a note:\n    at Li:138:1'))).toMatch(/ \(failure\.spec\.ts:\d+\)$/);
  });

  it('keeps property names of the language itself', () => {
    expect(describeFailure(new TypeError(`Cannot read properties of undefined (reading 'visits')`))).toContain(
      'visits',
    );
    expect(textOf(() => (undefined as unknown as { visits: 1 }).visits)).toContain('visits');
    expect(describeFailure(new Error("O'Brien's case isn't there"))).toContain("O'Brien's case isn't there");
  });
});

describe('backoff', () => {
  it('grows from half the first pause to the longest', () => {
    expect(backoff(0, 100)).toBeGreaterThanOrEqual(50);
    expect(backoff(0, 100)).toBeLessThanOrEqual(100);
    expect(backoff(1_000, 100, 5_000)).toBeGreaterThanOrEqual(2_500);
    expect(backoff(1_000, 100, 5_000)).toBeLessThanOrEqual(5_000);
  });
});
