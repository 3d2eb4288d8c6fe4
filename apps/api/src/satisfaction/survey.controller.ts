import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandReply } from '@fieldcase/contracts';
import { instantText } from '@fieldcase/read-models';
import { Policy } from '../http/policy';
import { AfterDto } from '../queries/query.dto';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import { awaitLog } from '../queries/query-call';
import { AnswerSurveyDto } from './satisfaction.dto';
import { SurveyAnswers } from './survey-answers';

/** The customer's link, for programs: no login, the token is what opens it. The page for people is at `/surveys/{token}`. */
@ApiTags('satisfaction')
@Controller('api/v1/surveys/:token')
export class SurveyController {
  constructor(
    @Inject(SurveyAnswers) private readonly answers: SurveyAnswers,
    @Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'log' | 'waitMs'>,
  ) {}

  @Get()
  @Policy('public')
  @ApiOperation({ operationId: 'survey', summary: 'What a survey’s link opens; a browser is sent on to the page' })
  @ApiExtension('x-fieldcase', { kind: 'query', roles: 'public', answers: 'Survey', refusals: ['survey.unknown'] })
  async survey(
    @Param('token') token: string,
    @Query() { after }: AfterDto,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    if (accept?.includes('text/html')) {
      // A browser: people get the page.
      void reply.code(302).header('Location', `/surveys/${encodeURIComponent(token)}`);
      return '';
    }
    await awaitLog(this.sources, after);
    const position = (await this.sources.log.head()).toString();
    const { number, product, closedAt, expiresAt, state, given } = await this.answers.open(token);
    void reply.header('X-Position', position);
    const times = { closedAt: instantText(closedAt), expiresAt: instantText(expiresAt) };
    return { number, ...(product === null ? {} : { product }), ...times, state, given, position };
  }

  @Post()
  @HttpCode(200)
  @Policy('public')
  @ApiOperation({ operationId: 'answerSurvey', summary: 'The customer rates; one rating of each kind' })
  @ApiExtension('x-fieldcase', {
    kind: 'command',
    roles: 'public',
    made: [],
    refusals: [
      'survey.unknown',
      'rating.score',
      'rating.case-not-closed',
      'rating.already-given',
      'rating.too-late',
      'rating.enquiry',
      'occurred-at.out-of-order',
    ],
  })
  async answer(
    @Param('token') token: string,
    @Body() { kind = 'csat', score, comment, channel = 'web' }: AnswerSurveyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandReply> {
    const told = { kind, score, channel, ...(comment === undefined ? {} : { comment }) };
    const { id, version, position } = await this.answers.answer(token, told);
    void reply.header('ETag', `"${version}"`);
    return { id, version, position };
  }
}
