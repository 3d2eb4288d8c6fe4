import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '@fieldcase/config';
import { jsonLog } from './json-log';
import { Worker } from './worker';

@Module({})
export class WorkerModule {
  static register(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      providers: [{ provide: Worker, useFactory: () => new Worker(config, jsonLog) }],
    };
  }
}
