import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { armFailpoint, ConfigError, loadConfig } from '@fieldcase/config';
import { describeFailure } from '@fieldcase/postgres';
import { jsonLog } from './json-log';
import { WorkerModule } from './worker.module';

const STOP_WITHIN_MS = 9_000;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  armFailpoint(config.failpoint);
  const app = await NestFactory.createApplicationContext(WorkerModule.register(config), { logger: ['error', 'fatal'] });
  let stopping = false;
  const stop = (code: number): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      jsonLog('error', 'did not stop in time');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    app.close().then(
      () => process.exit(code),
      (error: unknown) => {
        jsonLog('error', 'stopping failed', { problem: describeFailure(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  const fatal = (error: unknown): void => {
    jsonLog('error', 'unexpected failure, the worker ends', { problem: describeFailure(error) });
    stop(1);
  };
  process.on('unhandledRejection', fatal);
  process.on('uncaughtException', fatal);
  // The launcher says "ready" when this has been said.
  process.send?.('started');
}

main().catch((error: unknown) => {
  const problem = error instanceof ConfigError ? error.message : describeFailure(error);
  jsonLog('error', 'the worker cannot start', { problem });
  process.exit(1);
});
