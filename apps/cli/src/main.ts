import { runCommandLine } from './program';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** Ends by itself: a socket that its owner could not close (of a broker that died) would keep the process for ever. */
void runCommandLine(process.argv.slice(2), process.env).then(async (code) => {
  process.exitCode = code;
  // What a pipe has not taken yet would be lost.
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve));
  process.exit();
});
