import { Module, type DynamicModule } from '@nestjs/common';
import { CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import type { EventStore, ReferenceSource } from '@fieldcase/eventsourcing';
import { cardTermsFrom } from './card-terms';
import { CaseCommands } from './case-commands';
import { CommandRunner } from './command-runner';
import { HandleCase, type CommandAnswer } from './handle-case';
import { HandleReference } from './handle-reference';
import { HandleStock } from './handle-stock';
import { FoldedStreams } from './folded-streams';
import { PartSupply } from './part-supply';
import { ReferenceCommands } from './reference-commands';
import { ReferenceData } from './reference-data';
import { StockCommands } from './stock-commands';
import { HandleSurvey, SurveyCommands } from './survey-commands';
import { SurveyLinks } from './survey-links';

/** Pieces, where the configuration does not say. */
const ADJUSTMENT_LIMIT = 10;

export interface ApplicationOptions {
  readonly store: EventStore;
  readonly referenceSource: ReferenceSource;
  /** HMAC secret of the log. */
  readonly secret: Uint8Array;
  readonly limits: {
    readonly occurredAtPastMs: number;
    readonly occurredAtFutureMs: number;
    readonly reopenWindowMs: number;
    /** Pieces; stock adjustments by more wait for a second person. */
    readonly adjustmentLimit?: number;
  };
  /** Epoch ms; the system clock unless a test sets the time. */
  readonly now?: () => number;
  /** Part supply's commands that were refused: an outcome, told by its code. */
  readonly onRefused?: (code: string) => void;
}

/** The same services without Nest: for the timers, the command line and tests. */
export interface Application {
  readonly cases: CaseCommands;
  readonly stock: StockCommands;
  readonly surveys: SurveyCommands;
  readonly surveyLinks: SurveyLinks;
  readonly partSupply: PartSupply;
  readonly references: ReferenceCommands;
  readonly referenceData: ReferenceData;
}

export function createApplication({
  store,
  referenceSource,
  secret,
  limits,
  now = Date.now,
  onRefused,
}: ApplicationOptions): Application {
  const runner = new CommandRunner(store, { now, secret, ...limits });
  const referenceData = new ReferenceData(referenceSource);
  const streams = { folded: new FoldedStreams(store), termsOf: cardTermsFrom(referenceData) };
  const { reopenWindowMs } = limits;
  const cases = new CaseCommands(store, runner, referenceData, streams, { reopenWindowMs, now });
  return {
    cases,
    partSupply: new PartSupply(cases, streams.folded, onRefused),
    stock: new StockCommands(streams, runner, referenceData, limits.adjustmentLimit ?? ADJUSTMENT_LIMIT),
    surveys: new SurveyCommands(streams, runner),
    surveyLinks: new SurveyLinks(secret),
    references: new ReferenceCommands(runner, referenceData),
    referenceData,
  };
}

@CommandHandler(HandleCase)
export class CasesHandler implements ICommandHandler<HandleCase> {
  constructor(private readonly cases: CaseCommands) {}

  execute({ caseId, command, options }: HandleCase): Promise<CommandAnswer> {
    return this.cases.handle(caseId, command, options);
  }
}

@CommandHandler(HandleStock)
export class StockHandler implements ICommandHandler<HandleStock> {
  constructor(private readonly stock: StockCommands) {}

  execute({ command, options }: HandleStock): Promise<CommandAnswer> {
    return this.stock.handle(command, options);
  }
}

@CommandHandler(HandleSurvey)
export class SurveysHandler implements ICommandHandler<HandleSurvey> {
  constructor(private readonly surveys: SurveyCommands) {}

  execute({ command, options }: HandleSurvey): Promise<CommandAnswer> {
    return this.surveys.handle(command, options);
  }
}

@CommandHandler(HandleReference)
export class ReferenceHandler implements ICommandHandler<HandleReference> {
  constructor(private readonly references: ReferenceCommands) {}

  execute({ command, options }: HandleReference): Promise<CommandAnswer> {
    return this.references.handle(command, options);
  }
}

/** One bus message and one handler per decider; the bus carries commands only. */
@Module({})
export class ApplicationModule {
  static register(options: ApplicationOptions): DynamicModule {
    return ApplicationModule.of(createApplication(options));
  }

  /** For a process that uses the same services outside of the bus as well. */
  static of({ cases, stock, surveys, references, referenceData }: Application): DynamicModule {
    const services = [
      { provide: CaseCommands, useValue: cases },
      { provide: StockCommands, useValue: stock },
      { provide: SurveyCommands, useValue: surveys },
      { provide: ReferenceCommands, useValue: references },
      { provide: ReferenceData, useValue: referenceData },
    ];
    return {
      module: ApplicationModule,
      imports: [CqrsModule.forRoot()],
      providers: [...services, CasesHandler, StockHandler, SurveysHandler, ReferenceHandler],
      exports: [CqrsModule, CaseCommands, StockCommands, SurveyCommands, ReferenceCommands, ReferenceData],
    };
  }
}
