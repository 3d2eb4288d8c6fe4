/**
 * What the launcher says: every line in Chinese and English, on standard output.
 * @param {string} zh
 * @param {string} en
 */
export function say(zh, en) {
  process.stdout.write(`[fieldcase] ${zh} · ${en}\n`);
}

/** A failure that the operator can mend: both languages, and the last log lines of whatever failed. */
export class LaunchError extends Error {
  /**
   * @param {string} zh
   * @param {string} en
   * @param {readonly string[]} [lastLines]
   */
  constructor(zh, en, lastLines = []) {
    super([`${zh} · ${en}`, ...lastLines.map((line) => `    ${line}`)].join('\n'));
    this.name = 'LaunchError';
  }
}

/** @param {unknown} error */
export function report(error) {
  const words = error instanceof LaunchError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`[fieldcase] ${words}\n`);
}

const OLDEST_NODE = [20, 19];

/** @param {string} version as in `process.versions.node` */
export function assertNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = OLDEST_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new LaunchError(
    `需要 Node ${OLDEST_NODE.join('.')} 或更高版本，当前为 ${version}，请升级 Node`,
    `Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${version}: install a newer Node`,
  );
}
