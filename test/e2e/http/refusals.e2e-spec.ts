import {
  adjustmentRefusals,
  caseRefusals,
  referenceRefusals,
  slaPolicyRefusals,
  stockRefusals,
  surveyRefusals,
  transferRefusals,
} from '@fieldcase/domain';
import { casePersonalFields } from '@fieldcase/domain/events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startApi, type ApiUnderTest } from './api-fixture';
import { OpenApiWalk, type OpenApi } from './openapi-walk';
import { expectProblem, reported } from './requests';
import { refusalsOfCases } from './refusals-of-cases';
import { refusalsOfParts } from './refusals-of-parts';
import { refusalsOfRatings } from './refusals-of-ratings';
import { refusalsOfReference } from './refusals-of-reference';
import { partStaffOf, type PartStaff } from './part-stories';
import { refusalsOfStock } from './refusals-of-stock';
import { refusalsOfVisits } from './refusals-of-visits';

const stored = JSON.parse(readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8')) as OpenApi;
const walk = new OpenApiWalk(stored);
const all = [
  ...refusalsOfCases,
  ...refusalsOfVisits,
  ...refusalsOfReference,
  ...refusalsOfParts,
  ...refusalsOfStock,
  ...refusalsOfRatings,
];
/** What no request can bring about: a body's own validation says it first, or nobody else could have made the id. */
const NOT_OVER_HTTP = [
  'case.already-reported',
  // Part supply takes the request off the depot before its clerk can ship what is no longer promised.
  'stock.reservation-unknown',
  'window.empty',
  'field.required',
  'part.pack-size',
  'machine-population.count',
  'sla-policy.season-unknown',
  'sla-policy.within-missing',
  'sla-policy.warn-at-not-ascending',
  'sla-policy.late-fact-limit-negative',
];

/** A UTC instant, or the type of an event. */
const UNSPOKEN = new RegExp(`T\\d\\d:\\d\\d:\\d\\d|\\b(${Object.keys(casePersonalFields).join('|')})\\b`);

describe('every refusal of a decider, over HTTP', () => {
  let api: ApiUnderTest;
  let staff: PartStaff;
  beforeAll(async () => {
    api = await startApi();
    staff = await partStaffOf(api);
    // Reserves the numbers of the cases to come: the only event that a refused report may leave.
    await reported(staff.agent);
  });
  afterAll(() => api.stop());

  it.each(all.map((one) => [one.code, one.status, one] as const))(
    '%s is %i, in English and in Chinese, and changes nothing',
    async (code, status, { make }) => {
      const [caller, address, body] = await make({ api, staff });
      const head = await api.store.head();
      const english = await caller.post(address, body);
      expectProblem(english, status, code);
      const chinese = await caller.post(address, body, { headers: { 'accept-language': 'zh-CN' } });
      expectProblem(chinese, status, code);
      expect(await api.store.head()).toBe(head);
      expect(english.headers.get('content-language')).toBe('en');
      expect(chinese.headers.get('content-language')).toBe('zh-CN');
      for (const text of textsOf(english)) expect(text).toMatch(/^[\x20-\x7e’–]+$/);
      for (const text of textsOf(chinese)) expect(text).toMatch(/[\u4e00-\u9fff]/);
      for (const text of [...textsOf(english), ...textsOf(chinese)]) expect(text).not.toMatch(UNSPOKEN);
      expect(Object.keys(chinese.body.errors ?? {})).toEqual(Object.keys(english.body.errors ?? {}));
      expect(documentedCodes(address, status)).toContain(code);
    },
  );

  it('covers every code that a decider knows', () => {
    const known = Object.keys({
      ...caseRefusals,
      ...stockRefusals,
      ...transferRefusals,
      ...adjustmentRefusals,
      ...surveyRefusals,
      ...referenceRefusals,
      ...slaPolicyRefusals,
    });
    expect([...all.map(({ code }) => code), ...NOT_OVER_HTTP].sort()).toEqual(known.sort());
  });
});

/** Codes that the OpenAPI document names for a command at this address. */
function documentedCodes(address: string, status: number): string[] {
  const command = walk
    .commands()
    .find((each) => new RegExp(`^${each.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(address));
  const { content = {} } = walk.response(command?.operation.responses[status] ?? {});
  return Object.keys(content['application/problem+json']?.examples ?? {});
}

const textsOf = ({ body }: { body: Record<string, unknown> & { errors?: Record<string, string> } }): string[] => [
  String(body['title']),
  String(body['detail']),
  ...Object.values(body.errors ?? {}),
];
