import { isAbsolute, join, resolve } from 'node:path';
import { LaunchError } from './messages.mjs';

/**
 * @typedef {{empty: boolean, still: boolean, distributed: boolean, help: boolean, port: number, host: string, dataDir: string,
 *   databaseUrl: string | undefined, migrationUrl: string | undefined}} Options
 */

export const USAGE = [
  'npm start [-- --empty] [-- --still] [-- --port N]',
  '  --empty   不导入示例数据 · no sample data',
  '  --still   示例数据不再变化（不启动模拟器）· sample data that stays as it is: no simulator',
  '  --distributed  三个 Kafka 节点，API 与后台进程各两个（需要 Java）· three Kafka brokers, two API, two workers (needs Java)',
  '  --port N  HTTP 端口（默认 PORT 或 3000，0 为任意空闲端口）· HTTP port (PORT or 3000; 0 takes a free one)',
];

/**
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} root
 * @returns {Options}
 */
export function readOptions(args, env, root) {
  const rest = args.flatMap((argument) => argument.split(/(?<=^--port)=/));
  let port = env['PORT'] || '3000';
  let empty = false;
  let still = false;
  let distributed = false;
  let help = false;
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === '--empty') empty = true;
    else if (next === '--still') still = true;
    else if (next === '--distributed') distributed = true;
    else if (next === '--help' || next === '-h') help = true;
    else if (next === '--port') port = rest.shift() ?? '';
    else throw new LaunchError(`未知参数 ${next}`, `unknown argument ${next}`, USAGE);
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new LaunchError(`端口应为 0 到 65535，得到“${port}”`, `the port must be 0 to 65535, got "${port}"`, USAGE);
  }
  const given = env['FIELDCASE_DATA_DIR'] || '.data';
  return {
    empty,
    still,
    distributed,
    help,
    port: Number(port),
    host: env['HOST'] || '127.0.0.1',
    dataDir: isAbsolute(given) ? given : env['FIELDCASE_DATA_DIR'] ? resolve(given) : join(root, given),
    ...databaseOptions(env),
  };
}

/** @param {Readonly<Record<string, string | undefined>>} env */
function databaseOptions(env) {
  const databaseUrl = env['DATABASE_URL'] || undefined;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new LaunchError('DATABASE_URL 应以 postgres:// 开头', 'DATABASE_URL must begin with postgres://');
  }
  return { databaseUrl, migrationUrl: databaseUrl && (env['DATABASE_MIGRATION_URL'] || databaseUrl) };
}
