import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Instance } from './instance.mjs';
import { report, say } from './messages.mjs';
import { USAGE, readOptions } from './options.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const SECOND_SIGNAL_MS = 1_000;
const PARENT_CHECK_MS = 500;
const SIGNAL_LAG_MS = 50;

/** Starts everything and stays until it is told to stop, or a part has failed for good. */
export async function launch() {
  const options = readOptions(process.argv.slice(2), process.env, root);
  if (options.help) return console.log(USAGE.join('\n'));
  const instance = new Instance(root, options);
  stopOnSignals(instance);
  stopWithParent(instance);
  try {
    const url = await instance.start();
    process.stdout.write(`ready ${url}\n`);
    await instance.broken;
  } catch (error) {
    // Ctrl-C ends the tools of this process group too: the signal itself may come a moment after their failure.
    await wait(SIGNAL_LAG_MS);
    if (instance.stopping) return;
    report(error);
    process.exitCode = 1;
    await instance.stop();
    process.exit(1);
  }
}

/**
 * Ctrl-C reaches the launcher twice, from the terminal and from npm: a second signal counts only after a while.
 * @param {Instance} instance
 */
function stopOnSignals(instance) {
  let first = 0;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (first === 0) {
        first = performance.now();
        say('正在停止', 'stopping');
        void instance.stop().finally(() => process.exit(0));
      } else if (performance.now() - first > SECOND_SIGNAL_MS) {
        instance.hurry();
      }
    });
  }
  // A reader of our output that has gone (`npm start | head -1`) is no reason to leave children behind.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * npm that was killed cannot pass a signal on.
 * @param {Instance} instance
 */
function stopWithParent(instance) {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    void instance.stop().finally(() => process.exit(0));
  }, PARENT_CHECK_MS);
  check.unref();
}
