import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '@fieldcase/contracts';
import { CallerLanguage } from '../http/language';
import { Policy } from '../http/policy';
import { welcomePage } from './welcome-page';

/** Whoever opens the address that `ready` named sees what runs here. */
@ApiExcludeController()
@Controller()
export class WelcomeController {
  @Get()
  @Policy('public')
  page(
    @CallerLanguage() language: Language,
    @Req() { socket }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    const { html, contentSecurityPolicy } = welcomePage(language, socket.localPort ?? 0);
    void reply
      .header('Content-Type', 'text/html; charset=utf-8')
      .header('Content-Language', language)
      .header('Content-Security-Policy', contentSecurityPolicy);
    return html;
  }
}
