import { fileURLToPath } from 'node:url';
import { runScript } from './dispatch.mjs';

// Starts servers of its own, and kills them.
const script = fileURLToPath(new URL('./kills/main.ts', import.meta.url));
process.exitCode = await runScript(script, process.argv.slice(2), process.env);
