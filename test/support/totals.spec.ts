import { closingLine, totalsOf, unwantedSkips } from './totals.mjs';

const report = (...tests: [status: string, fullName: string][]) => {
  const count = (status: string): number => tests.filter(([each]) => each === status).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    numRuntimeErrorTestSuites: 0,
    testResults: [{ assertionResults: tests.map(([status, fullName]) => ({ status, fullName })) }],
  };
};

describe('what a run says of itself', () => {
  it('counts what failed, what could not run and failed gates alike', () => {
    const one = report(['passed', 'a'], ['failed', 'b'], ['pending', 'c'], ['todo', 'd']);
    expect(totalsOf(one, [])).toEqual({ passed: 1, failed: 1, skipped: 2 });
    expect(totalsOf({ ...one, numRuntimeErrorTestSuites: 2 }, ['lint'])).toEqual({ passed: 1, failed: 4, skipped: 2 });
    expect(closingLine(totalsOf(undefined, []))).toBe('0 passed, 1 failed, 0 skipped');
  });

  it('allows a skip in CI only where what is missing is no part of the project', () => {
    const skipped = report(
      ['pending', 'the help-desk log [needs ../shared/data] is imported'],
      ['pending', 'a page [needs chromium] loads'],
      ['todo', 'somebody will write this'],
      ['pending', 'left out by hand'],
      ['passed', 'a test [needs docker]'],
    );
    expect(unwantedSkips(skipped)).toEqual([
      'a page [needs chromium] loads',
      'somebody will write this',
      'left out by hand',
    ]);
    expect(unwantedSkips(undefined)).toEqual([]);
  });
});
