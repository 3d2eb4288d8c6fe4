import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Language } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { FormQueryDto } from '../depots/depot.queries.dto';
import { CallerLanguage } from '../http/language';
import { sendPage, type Page } from '../http/page';
import { Policy } from '../http/policy';
import { SurveyFormDto } from './satisfaction.dto';
import { SurveyAnswers } from './survey-answers';
import { surveyForm, surveyNotice } from './survey-page';

/** Told on the page; every other refusal is a fault of ours. */
const TOLD: Readonly<Record<string, Parameters<typeof surveyNotice>[0]>> = {
  'survey.unknown': 'unknown',
  'case.unknown': 'unknown',
  'rating.case-not-closed': 'reopened',
  'rating.enquiry': 'unknown',
  'rating.too-late': 'expired',
  'rating.already-given': 'answered',
};

const SCORES = { csat: /^[1-5]$/, nps: /^(?:\d|10)$/ } as const;

/** The customer's page: plain, without a login, in his language. */
@ApiExcludeController()
@Controller('surveys/:token')
export class SurveyPageController {
  constructor(@Inject(SurveyAnswers) private readonly answers: SurveyAnswers) {}

  @Get()
  @Policy('public')
  async page(
    @Param('token') token: string,
    @Query() { lang }: FormQueryDto,
    @CallerLanguage() spoken: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const language = lang ?? spoken;
    return this.told(reply, language, async () => {
      const survey = await this.answers.open(token);
      return survey.state === 'open' ? surveyForm(survey, language, false) : notice(reply, survey.state, language);
    });
  }

  @Post()
  @HttpCode(200)
  @Policy('public', { takesForms: true })
  async answer(
    @Param('token') token: string,
    @Body() { csat = '', nps = '', comment = '', lang }: SurveyFormDto,
    @CallerLanguage() spoken: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const language = lang ?? spoken;
    return this.told(reply, language, async () => {
      const survey = await this.answers.open(token);
      if (survey.state !== 'open') return notice(reply, survey.state, language);
      const scores = [
        ['csat', csat],
        ['nps', nps],
      ] as const;
      const given = scores.filter(([kind, score]) => score !== '' && !survey.given.includes(kind));
      if (given.length === 0 || !given.every(([kind, score]) => SCORES[kind].test(score))) {
        void reply.code(422);
        return surveyForm(survey, language, true);
      }
      for (const [index, [kind, score]] of given.entries()) {
        // What he wrote is said once.
        const words = index === 0 && comment.trim() !== '' ? { comment: comment.trim() } : {};
        await this.answers.answer(token, { kind, score: Number(score), channel: 'web', ...words });
      }
      return surveyNotice('thanks', language);
    });
  }

  private async told(reply: FastifyReply, language: Language, make: () => Promise<Page>): Promise<string> {
    try {
      return sendPage(reply, await make());
    } catch (error) {
      const told = error instanceof Rejection ? TOLD[error.code] : undefined;
      if (told === undefined) throw error;
      return sendPage(reply, notice(reply, told, language));
    }
  }
}

/** With the status that a program is given. */
function notice(reply: FastifyReply, told: Parameters<typeof surveyNotice>[0], language: Language): Page {
  void reply.code(told === 'unknown' ? 404 : 409);
  return surveyNotice(told, language);
}
