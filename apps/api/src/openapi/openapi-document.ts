import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { VERSION } from '@fieldcase/contracts';
import { CLOCK_TOLERANCE_S } from '../http/token-verifier';
import { caseSchemas } from './case-schemas';
import { completeCommand, completeQuery, type Operation, type QueryNotes } from './complete-operation';
import { refusalExamples } from './refusal-examples';
import { shareRefusals } from './shared-responses';
import { listSchemas } from './list-schemas';
import { partSchemas } from './part-schemas';
import { referenceSchemas } from './reference-schemas';

const DESCRIPTION = `Event-sourced engine for after-sales service cases.

Commands are POST and need an \`Idempotency-Key\`: the same key and content get the same answer again, nothing is done
twice. Queries are GET; \`?after=<position>\` of a command's answer makes a query include it. Every refusal is
\`application/problem+json\` with a stable \`code\`; its texts follow \`Accept-Language\` (zh-CN, en).`;

const TOKENS = `\`exp\` and \`nbf\` have ${CLOCK_TOLERANCE_S} s of leeway, for clocks that differ.`;

/** As package.json has it. */
const LICENCE = 'UNLICENSED';

/**
 * The document at `/openapi.json`: made from the controllers, then completed from what they note. Only when somebody asks:
 * at every start it was a fifth of the time to the first request.
 */
@Injectable()
export class OpenApiDocument {
  private app: INestApplication | undefined;
  private written: string | undefined;

  /** Whose controllers it tells of. */
  describes(app: INestApplication): void {
    this.app = app;
  }

  get text(): string {
    if (!this.app) throw new Error('the document is asked for before the application is there');
    this.written ??= JSON.stringify(this.build(this.app));
    return this.written;
  }

  private build(app: INestApplication): OpenAPIObject {
    const config = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Fieldcase')
      .setDescription(DESCRIPTION)
      .setVersion(VERSION)
      .addServer('/')
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: TOKENS }, 'bearer')
      .build();
    const document = SwaggerModule.createDocument(app, config);
    // The builder only knows licences with an address.
    document.info.license = { name: LICENCE };
    complete(document);
    return document;
  }
}

function complete(document: OpenAPIObject): void {
  document.components = {
    ...document.components,
    schemas: {
      ...document.components?.schemas,
      ...listSchemas,
      ...caseSchemas,
      ...partSchemas,
      ...referenceSchemas,
    } as never,
  };
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item) as Operation[]) {
      const notes = operation['x-fieldcase'] as QueryNotes;
      if (notes.kind === 'command') completeCommand(path, operation, notes);
      else completeQuery(path, operation, notes);
      operations.push(operation);
      delete operation['x-fieldcase'];
      operation['x-roles'] = notes.roles;
    }
  }
  document.components.examples = refusalExamples(JSON.stringify(document.paths)) as never;
  document.components.responses = shareRefusals(operations) as never;
}
