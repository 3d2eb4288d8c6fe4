import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Policy } from '../http/policy';
import { AsyncApiText } from './asyncapi-text';
import { docsPage } from './docs-page';
import { OpenApiDocument } from './openapi-document';

/** Controllers and not swagger's own pages, which are put past the guards. */
@ApiExcludeController()
@Controller()
export class DocumentController {
  constructor(
    @Inject(OpenApiDocument) private readonly document: OpenApiDocument,
    @Inject(AsyncApiText) private readonly topics: AsyncApiText,
  ) {}

  @Get('openapi.json')
  @Policy('public')
  @Header('Content-Type', 'application/json; charset=utf-8')
  json(): string {
    return this.document.text;
  }

  @Get('asyncapi.json')
  @Policy('public')
  @Header('Content-Type', 'application/json; charset=utf-8')
  asyncApi(): string {
    return this.topics.text;
  }

  @Get('docs')
  @Policy('public')
  docs(@Res({ passthrough: true }) reply: FastifyReply): string {
    const { html, contentSecurityPolicy } = docsPage();
    void reply
      .header('Content-Type', 'text/html; charset=utf-8')
      .header('Content-Security-Policy', contentSecurityPolicy);
    return html;
  }
}
