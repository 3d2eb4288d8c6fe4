import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stand-ins that start in no time: the launcher's specs are about processes, not about what these do. */
const ENDING = `
process.on('SIGTERM', () => {
  appendFileSync(process.env.FIELDCASE_DATA_DIR + '/calls', 'ended ' + process.pid + '\\n');
  process.exit(0);
});
`;

const API = `
const { appendFileSync } = require('node:fs');
appendFileSync(process.env.FIELDCASE_DATA_DIR + '/calls', 'api ' + process.pid + '\\n');
console.error('api says: starting');
const server = require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/health/ready' ? 200 : 404;
  response.end();
});
server.listen(Number(process.env.PORT), process.env.HOST);
${ENDING}
`;

const WORKER = `
const { appendFileSync, existsSync } = require('node:fs');
appendFileSync(process.env.FIELDCASE_DATA_DIR + '/calls', 'worker ' + process.pid + '\\n');
if (existsSync(process.env.FIELDCASE_DATA_DIR + '/broken-worker')) {
  console.error('worker says: no heart');
  // When the API has answered for a while: that alone is no start.
  const ready = 'http://' + process.env.HOST + ':' + process.env.PORT + '/health/ready';
  const end = () => fetch(ready).then(() => setTimeout(() => process.exit(7), 300), () => setTimeout(end, 20));
  end();
} else {
  process.send('started');
}
setInterval(() => undefined, 1000);
${ENDING}
`;

const CLI = `
const { appendFileSync, existsSync } = require('node:fs');
const verb = process.argv.slice(2).join(' ');
const calls = process.env.FIELDCASE_DATA_DIR + '/calls';
appendFileSync(calls, verb + '\\n');
if (verb === 'log head --json') console.log(JSON.stringify({ head: '0' }));
// Later than the applications start.
if (verb.startsWith('projections status --wait ')) setTimeout(() => appendFileSync(calls, 'shown\\n'), 700);
if (verb.startsWith('simulate ')) {
  appendFileSync(calls, 'simulator ' + process.pid + '\\n');
  const refuses = existsSync(process.env.FIELDCASE_DATA_DIR + '/simulator-refuses');
  if (refuses) process.exit(1);
  if (!existsSync(process.env.FIELDCASE_DATA_DIR + '/simulator-finishes')) setInterval(() => undefined, 1000);
}
${ENDING}
`;

/** @param root a copy of the repository's launcher */
export function writeFakeApps(root: string): void {
  for (const [app, code] of Object.entries({ api: API, worker: WORKER, cli: CLI })) {
    const folder = join(root, 'dist', 'apps', app);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'main.js'), code);
  }
}
