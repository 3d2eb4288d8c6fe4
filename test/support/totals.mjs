/**
 * @typedef {{numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   numRuntimeErrorTestSuites: number,
 *   testResults: {assertionResults: {status: string, fullName: string}[]}[]}} JestReport
 */

const MAY_BE_ABSENT = '[needs ../shared/data]';

/**
 * A test file that could not run, and a gate that failed, count as one failure each: no red run may print 0 failed.
 * @param {JestReport | undefined} report
 * @param {readonly string[]} failedGates
 */
export function totalsOf(report, failedGates) {
  const failed = report ? report.numFailedTests + report.numRuntimeErrorTestSuites : 1;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: failed + failedGates.length,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

/**
 * @param {JestReport | undefined} report
 * @returns {string[]} skipped tests that a complete machine would have run
 */
export function unwantedSkips(report) {
  return (report?.testResults ?? [])
    .flatMap((file) => file.assertionResults)
    .filter((test) => test.status === 'pending' || test.status === 'todo')
    .map((test) => test.fullName)
    .filter((name) => !name.includes(MAY_BE_ABSENT));
}

/** @param {{passed: number, failed: number, skipped: number}} totals */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
