import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { importMapping, mappingJsonSchema, mappingMistakes, stockMapping } from './mapping.schema';

const folder = resolve(__dirname, '../../../../infra/import');
const schemaFile = join(folder, 'mapping.schema.json');
const dumped = `${JSON.stringify(mappingJsonSchema(), null, 2)}\n`;

describe('the schema of mappings', () => {
  it('is the one in infra/import (npm run gen writes it anew)', () => {
    expect(readFileSync(schemaFile, 'utf8')).toBe(dumped);
  });

  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('takes infra/import/%s', (name) => {
    const mapping: unknown = parse(readFileSync(join(folder, name), 'utf8'));
    const schema = (mapping as { kind?: string }).kind === 'stock' ? stockMapping : importMapping;
    expect(schema.safeParse(mapping).error?.issues).toBeUndefined();
  });

  it('fills in what may be left out', () => {
    const mapping = importMapping.parse({
      source: 'desk',
      case: 'id',
      time: { column: 'at', format: 'rfc3339', zone: 'UTC' },
      fields: { region: 'East', priority: 1 },
      rules: [],
    });
    expect(mapping).toMatchObject({
      format: { type: 'csv', delimiter: ',', quote: '"' },
      encoding: 'utf-8',
      case: ['id'],
      fields: { priority: '1' },
      closeAt: 'open',
    });
  });

  it('names every mistake by its path', () => {
    const parsed = importMapping.safeParse({
      source: 'Help Desk',
      case: [],
      time: { column: 'at', format: 'rfc3339' },
      fields: { region: { colum: 'x' } },
      rules: [{ event: 'pause', reason: 'lunch' }],
      extra: 1,
    });
    const mistakes = mappingMistakes(parsed.error!);
    expect(mistakes.map((line) => line.split(':')[0]).sort()).toEqual([
      'case',
      'extra',
      'fields.region',
      'rules.0.reason',
      'source',
      'time.zone',
    ]);
  });

  it.each<[string, object | string, string]>([
    ['a key that is missing', {}, 'time.zone: is missing; expected a text'],
    ['a key without a value', { zone: null }, 'time.zone: has no value; expected a text'],
    ['a number where a text belongs', { zone: 8 }, 'time.zone: expected a text, found a number: put it in quotes'],
    ['keys where a text belongs', { zone: {} }, 'time.zone: expected a text, found keys and values'],
  ])('tells people what to write for %s', (_, time, sentence) => {
    const mapping = {
      source: 'desk',
      case: 'id',
      time: { column: 'at', format: 'rfc3339', ...(time as object) },
      fields: { region: 'East' },
      rules: [{ event: 'arrive' }, { event: 'pause', reason: 'lunch' }],
    };
    expect(mappingMistakes(importMapping.safeParse(mapping).error!)).toEqual([
      sentence,
      'rules.0.event: expected one of ignore, note, dispatch, arrival, diagnosis, completion, materials, pause, resume, informed, close',
      'rules.1.reason: expected one of waiting-customer, waiting-part, weather, road, other',
    ]);
  });
});
