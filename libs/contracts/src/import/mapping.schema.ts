import { z } from 'zod';

const text = z.string().min(1);
const column = text.describe('Name of a column, exactly as in the header row');

const field = z
  .union([
    text,
    z.number().transform(String),
    z.strictObject({
      column,
      map: z.record(z.string(), z.string()).optional().describe('Translations: text of the cell -> value'),
      default: z.string().optional().describe('For an empty cell, or one that `map` does not translate'),
    }),
  ])
  .describe('A fixed text, or the text of a column');

const condition = z
  .strictObject({
    column,
    equals: z.string().optional(),
    in: z.array(z.string()).min(1).optional(),
    matches: text.optional().describe('A regular expression, found anywhere in the cell'),
    empty: z.boolean().optional(),
  })
  .refine((value) => Object.keys(value).length > 1, { error: 'expected one of equals, in, matches, empty' });

const materials = z.strictObject({
  partNumber: field,
  quantity: field.describe('Whole pieces, at least 1'),
  serial: field.optional(),
  source: field.optional().describe('A part request, `van` (default) or `customer-supplied`'),
});
const diagnosis = z.strictObject({ faultCode: field, cause: field.optional(), correction: field.optional() });
const pauseReason = z.enum(['waiting-customer', 'waiting-part', 'weather', 'road', 'other']);
const resolution = z.enum(['repaired', 'no-visit-needed', 'solved-by-phone', 'replaced', 'not-repaired']);
const when = z.array(condition).optional().describe('All must hold; absent: every row');

const ignoreRule = z.strictObject({ event: z.literal('ignore'), when });
const noteRule = z.strictObject({
  event: z.literal('note'),
  when,
  text: field.optional(),
  kind: z.enum(['call', 'callback', 'note']).optional(),
});
const materialsRule = z.strictObject({ event: z.literal('materials'), when, materials });

const rule = z.discriminatedUnion('event', [
  ignoreRule,
  noteRule,
  z.strictObject({ event: z.literal('dispatch'), when, technician: field.optional() }),
  z.strictObject({ event: z.literal('arrival'), when, technician: field.optional() }),
  z.strictObject({ event: z.literal('diagnosis'), when, diagnosis }),
  z.strictObject({
    event: z.literal('completion'),
    when,
    fixed: z.boolean().optional().describe('true when absent'),
    reason: field.optional(),
    diagnosis: diagnosis.optional(),
    materials: materials.optional(),
  }),
  materialsRule,
  z.strictObject({
    event: z.literal('pause'),
    when,
    reason: pauseReason,
    note: field.optional(),
    until: z.enum(['nextRow', 'resume']).optional().describe('nextRow (default): until the next row of the case'),
  }),
  z.strictObject({ event: z.literal('resume'), when, reason: pauseReason.optional() }),
  z.strictObject({ event: z.literal('informed'), when, result: field.optional(), channel: text.optional() }),
  z.strictObject({ event: z.literal('close'), when, resolution: resolution.optional(), note: field.optional() }),
]);

const joinedRule = z.discriminatedUnion('event', [ignoreRule, noteRule, materialsRule]);
const join = z
  .strictObject({
    file: text.describe('Name of the second file, beside the first'),
    on: column.describe('The column, in both files, by which a row finds the row of the first file that it belongs to'),
    rules: z.array(joinedRule).describe('What a row of the second file is; it happens with the row it belongs to'),
  })
  .describe('A second file whose rows belong to rows of the first, as parts used do to orders');

const fields = z.strictObject({
  region: field,
  county: field.optional(),
  siteName: field.optional(),
  contactName: field.optional(),
  contactPhone: field.optional(),
  address: field.optional(),
  faultDescription: field.optional(),
  product: field.optional(),
  assetSerial: field.optional(),
  caseType: field.optional().describe('fault (default), enquiry, complaint, maintenance, upgrade'),
  priority: field.optional().describe('normal (default), urgent, season'),
  channel: field.optional(),
  firstContact: field.optional(),
  specialDemands: field.optional(),
});

const format = z.strictObject({
  type: z.literal('csv').default('csv'),
  delimiter: z.string().length(1).default(','),
  quote: z.string().length(1).default('"'),
});

/** Which file becomes which facts. `z.toJSONSchema` of it is `infra/import/mapping.schema.json`. */
export const importMapping = z.strictObject({
  $schema: z.string().optional(),
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected small letters, digits and dashes')
    .refine((name) => name !== 'live', { error: '"live" is the name of what was not imported' })
    .refine((name) => name !== 'demo', { error: '"demo" is the name of the sample data' })
    .describe(
      'Name of the import; figures are asked for by it, and the same case key of the same source is the same case',
    ),
  format: format.default({ type: 'csv', delimiter: ',', quote: '"' }),
  encoding: text.default('utf-8').describe('utf-8, gb18030, latin1, utf-16le, ...'),
  case: z
    .union([text.transform((name) => [name]), z.array(text).min(1)])
    .describe('The column, or the columns that together name the case'),
  time: z.strictObject({
    column,
    format: text.describe('yyyy-MM-dd HH:mm:ss and the like, rfc3339, excel-serial, epoch-seconds, epoch-millis'),
    zone: text.describe('IANA zone of local times, e.g. Asia/Shanghai'),
    ambiguous: z
      .enum(['reject', 'earlier', 'later'])
      .optional()
      .describe('An hour that comes twice because the clock was put back; reject when absent'),
  }),
  fields,
  rules: z.array(rule).describe('In order; the first rule whose conditions hold says what the row is'),
  join: join.optional(),
  closeAt: z.enum(['lastRow', 'open']).default('open').describe('What becomes of a case without a closing row'),
});

export type ImportMapping = z.output<typeof importMapping>;

/** A file of stock: each row is a receipt of so many pieces. */
export const stockMapping = z.strictObject({
  $schema: z.string().optional(),
  kind: z.literal('stock'),
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected small letters, digits and dashes')
    .describe('Name of the import: the same row of the same source is the same receipt, and is booked once'),
  format: format.default({ type: 'csv', delimiter: ',', quote: '"' }),
  encoding: text.default('utf-8').describe('utf-8, gb18030, latin1, utf-16le, ...'),
  fields: z.strictObject({
    depot: field.describe('Id of a registered depot'),
    partNumber: field.describe('Number of a registered part'),
    owner: field.optional().describe('`own` (default), or the maker’s id for consigned stock'),
    quantity: field.describe('Whole pieces, 1 to 1000000'),
    serials: field.optional().describe('For parts with serial numbers: one per piece, separated by blanks or ;'),
  }),
});
export type StockMapping = z.output<typeof stockMapping>;

/** One line per mistake: where in the mapping, and what was expected there. */
export function mappingMistakes(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.') || 'the mapping';
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${issue.path.concat(key).join('.')}: not known here`);
    }
    if (issue.code === 'invalid_union') {
      const { options } = issue.path[0] === 'join' ? joinedRule : rule;
      const events = options.map(({ shape }) => shape.event.value).join(', ');
      if (issue.path.at(-1) === 'event') return [`${path}: expected one of ${events}`];
      if (path === 'case') return [`${path}: expected the name of a column, or a list of such names`];
      return [`${path}: expected a text, or { column, map?, default? }`];
    }
    if (issue.code === 'invalid_value') return [`${path}: expected one of ${issue.values.join(', ')}`];
    return [`${path}: ${issue.code === 'invalid_type' ? wrongType(issue) : issue.message}`];
  });
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  object: 'keys and values, as in { column: ... }',
  array: 'a list, each line of it beginning with "- "',
  boolean: 'true or false',
};

/** In words of people who write mappings. YAML takes 12, true and 2026-03-02 for other than texts. */
function wrongType({ expected, message }: z.core.$ZodIssueInvalidType): string {
  const wanted = KINDS[expected] ?? expected;
  const found = /received (\w+)/.exec(message)?.[1] ?? 'something else';
  if (found === 'undefined') return `is missing; expected ${wanted}`;
  if (found === 'null') return `has no value; expected ${wanted}`;
  const quotes = expected === 'string' && found !== 'object' && found !== 'array' ? ': put it in quotes' : '';
  return `expected ${wanted}, found ${found === 'object' ? 'keys and values' : `a ${found}`}${quotes}`;
}

/** The JSON Schema that editors check a mapping against. */
export function mappingJsonSchema(): object {
  return z.toJSONSchema(z.union([importMapping, stockMapping]), { io: 'input', target: 'draft-2020-12' });
}
