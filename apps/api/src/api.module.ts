import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { ApiOptions } from './api-options';
import { ApprovalController } from './cases/approval.controller';
import { CaseEndingController } from './cases/case-ending.controller';
import { CaseIntakeController } from './cases/case-intake.controller';
import { VisitController } from './cases/visit.controller';
import { DepotQueriesController } from './depots/depot.queries.controller';
import { FeedController } from './depots/feed.controller';
import { FormsController } from './depots/forms/forms.controller';
import { StockController } from './depots/stock.controller';
import { StockQueriesController } from './depots/stock.queries.controller';
import { TransferController } from './depots/transfer.controller';
import { CASE_ACCESS } from './http/case-access';
import { CommandSender } from './http/command-sender';
import { Draining } from './http/draining';
import { AuthenticationGuard, PolicyGuard, RateGuard } from './http/guards';
import { JsonLog } from './http/json-log';
import { ProblemFilter } from './http/problem.filter';
import { RequestRates } from './http/request-rates';
import { RouteTable } from './http/route-table';
import { SHUTDOWN, Shutdown, type ShutdownOptions } from './http/shutdown';
import { TokenVerifier } from './http/token-verifier';
import { StrictValidation } from './http/validation.pipe';
import { LiveController } from './live/live.controller';
import { LiveHub } from './live/live-hub';
import { AsyncApiText } from './openapi/asyncapi-text';
import { DocumentController } from './openapi/document.controller';
import { OpenApiDocument } from './openapi/openapi-document';
import { HealthController } from './ops/health.controller';
import { Metrics } from './ops/metrics';
import { OPERATIONS } from './ops/operations';
import { OperationsController } from './ops/operations.controller';
import { PartQueriesController } from './parts/part.queries.controller';
import { PartRequestController } from './parts/part-request.controller';
import { AssetQueriesController } from './queries/asset.queries.controller';
import { CaseQueriesController } from './queries/case.queries.controller';
import { PlanningQueriesController } from './queries/planning.queries.controller';
import { READ_SOURCES } from './queries/read-sources';
import { ReferenceController } from './reference/reference.controller';
import { ReferenceQueriesController } from './reference/reference.queries.controller';
import { RatingController } from './satisfaction/rating.controller';
import { SurveyAnswers } from './satisfaction/survey-answers';
import { SurveyController } from './satisfaction/survey.controller';
import { SurveyPageController } from './satisfaction/survey-page.controller';
import { WelcomeController } from './welcome/welcome.controller';

const CONTROLLERS = [
  CaseIntakeController,
  CaseEndingController,
  VisitController,
  ApprovalController,
  PartRequestController,
  StockController,
  TransferController,
  PartQueriesController,
  DepotQueriesController,
  FormsController,
  AssetQueriesController,
  RatingController,
  SurveyController,
  SurveyPageController,
  FeedController,
  StockQueriesController,
  ReferenceController,
  ReferenceQueriesController,
  CaseQueriesController,
  PlanningQueriesController,
  LiveController,
  HealthController,
  OperationsController,
  DocumentController,
  WelcomeController,
];

/** Longer than any statement or retry of a command may take. */
const DEFAULT_TOPIC_PREFIX = 'fieldcase';
const DRAIN_MS = 7_000;

/** Guards, filter and pipe are global: a controller can neither forget nor replace them. */
@Module({})
export class ApiModule {
  static register(options: ApiOptions, routes: RouteTable, draining: Draining): DynamicModule {
    const { limits, now = Date.now } = options;
    const rates = new RequestRates({ commands: limits.commandsPerMinute, queries: limits.queriesPerMinute }, now);
    return {
      module: ApiModule,
      imports: [options.application],
      controllers: [...CONTROLLERS, ...(options.controllers ?? [])],
      providers: [
        { provide: APP_GUARD, useClass: AuthenticationGuard },
        { provide: APP_GUARD, useClass: RateGuard },
        { provide: APP_GUARD, useClass: PolicyGuard },
        { provide: APP_PIPE, useClass: StrictValidation },
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: TokenVerifier, useValue: new TokenVerifier(options.issuer, now) },
        { provide: RequestRates, useValue: rates },
        { provide: JsonLog, useValue: options.log },
        { provide: RouteTable, useValue: routes },
        { provide: Draining, useValue: draining },
        { provide: CASE_ACCESS, useValue: options.access },
        { provide: READ_SOURCES, useValue: options.sources },
        { provide: OPERATIONS, useValue: options.operations },
        { provide: SHUTDOWN, useValue: { ...options, drainMs: limits.drainMs ?? DRAIN_MS } satisfies ShutdownOptions },
        Shutdown,
        Metrics,
        ProblemFilter,
        CommandSender,
        SurveyAnswers,
        LiveHub,
        OpenApiDocument,
        { provide: AsyncApiText, useValue: new AsyncApiText(options.topicPrefix ?? DEFAULT_TOPIC_PREFIX) },
      ],
    };
  }
}
