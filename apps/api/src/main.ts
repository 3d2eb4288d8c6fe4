import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { armFailpoint, ConfigError, loadConfig } from '@fieldcase/config';
import { connect } from './connections';
import { createApi } from './create-api';
import { JsonLog } from './http/json-log';

const STOP_WITHIN_MS = 15_000;
/** Until a balancer has asked again, and what lies in the sockets has been answered. */
const UNREADY_MS = 2_000;

async function main(log: JsonLog): Promise<void> {
  const config = loadConfig(process.env);
  armFailpoint(config.failpoint);
  const { options, close } = await connect(config, log);
  const { app } = await createApi({ ...options, whileUnready: () => pause(UNREADY_MS), onStopped: close });
  const stopWatch = (): void => {
    setTimeout(() => {
      log.entry('error', 'did not stop in time');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
  };
  process.once('SIGTERM', stopWatch);
  process.once('SIGINT', stopWatch);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  const fatal = (error: unknown): void => {
    log.failure('unexpected failure, the API ends', error);
    stopWatch();
    void app.close().finally(() => process.exit(1));
  };
  process.on('unhandledRejection', fatal);
  process.on('uncaughtException', fatal);
  await app.listen(config.port, config.host);
  log.entry('info', 'listening', { url: await app.getUrl() });
}

const log = new JsonLog();
main(log).catch((error: unknown) => {
  if (error instanceof ConfigError) log.entry('error', 'the API cannot start', { problems: error.problems });
  else log.failure('the API cannot start', error, { problem: startProblem(error) });
  process.exit(1);
});

/** Before the first request no message can quote a person. */
function startProblem(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : String(error);
}
