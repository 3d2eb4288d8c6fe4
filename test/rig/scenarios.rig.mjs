import { fileURLToPath } from 'node:url';
import { runScript } from './dispatch.mjs';

// Starts servers of its own: each scenario breaks them.
const script = fileURLToPath(new URL('./scenarios/main.ts', import.meta.url));
process.exitCode = await runScript(script, process.argv.slice(2), process.env);
