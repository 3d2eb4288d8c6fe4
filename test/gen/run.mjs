/** `npm run gen`: writes every generated file anew; the tests compare them with what the code says. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript, withServer } from '../rig/dispatch.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const scripts = readdirSync(folder).filter((file) => file.endsWith('.gen.ts'));

await withServer(async (env) => {
  for (const script of scripts) {
    const code = await runScript(path.join(folder, script), [], env);
    console.log(`${script}: ${code === 0 ? 'written' : 'FAILED'}`);
    process.exitCode ||= code;
  }
});
