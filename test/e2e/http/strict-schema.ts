/** The part of JSON Schema that the document's answers use, read strictly: a property that it does not name is wrong. */
export interface AnswerSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly AnswerSchema[];
  readonly properties?: Readonly<Record<string, AnswerSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: AnswerSchema;
  readonly items?: AnswerSchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
/** Others would be passed over in silence. */
const READ = new Set([
  ...['$ref', 'type', 'enum', 'anyOf', 'properties', 'required', 'additionalProperties', 'items'],
  ...['pattern', 'format', 'minimum', 'maximum', 'description', 'examples', 'contentMediaType'],
]);
const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;

export class StrictSchemas {
  constructor(private readonly named: Readonly<Record<string, AnswerSchema>>) {}

  /** What is wrong with a value, each with its path; empty: nothing. */
  problems(schema: AnswerSchema, value: unknown, path = ''): string[] {
    const unread = Object.keys(schema).filter((keyword) => !READ.has(keyword));
    if (unread.length > 0) return [`${path}: this check does not know ${unread.join(', ')}`];
    if (schema.$ref !== undefined) return this.problems(this.resolved(schema.$ref), value, path);
    if (schema.anyOf) return this.problemsOfAny(schema.anyOf, value, path);
    const type = typeOf(value);
    const allowed = [schema.type ?? type].flat();
    if (!allowed.includes(type) && !(type === 'integer' && allowed.includes('number'))) {
      return [`${path}: ${type} instead of ${allowed.join(' or ')}`];
    }
    if (type === 'object') return this.problemsOfObject(schema, value as Readonly<Record<string, unknown>>, path);
    if (type === 'array') {
      const { items } = schema;
      if (!items) return [`${path}: a list of what?`];
      return (value as unknown[]).flatMap((item, index) => this.problems(items, item, `${path}/${index}`));
    }
    return problemsOfScalar(schema, value).map((problem) => `${path}: ${problem}`);
  }

  private problemsOfAny(schemas: readonly AnswerSchema[], value: unknown, path: string): string[] {
    const tried = schemas.map((schema) => this.problems(schema, value, path));
    return tried.some((problems) => problems.length === 0) ? [] : (tried[0] ?? []);
  }

  private problemsOfObject(
    { properties = {}, required = [], additionalProperties }: AnswerSchema,
    value: Readonly<Record<string, unknown>>,
    path: string,
  ): string[] {
    const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}/${name}: missing`);
    const wrong = Object.entries(value).flatMap(([name, field]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      return schema ? this.problems(schema, field, `${path}/${name}`) : [`${path}/${name}: not in the document`];
    });
    return [...missing, ...wrong];
  }

  private resolved($ref: string): AnswerSchema {
    const schema = this.named[$ref.split('/').at(-1) ?? ''];
    if (!schema) throw new Error(`the document has no ${$ref}`);
    return schema;
  }
}

function problemsOfScalar(schema: AnswerSchema, value: unknown): string[] {
  const shown = JSON.stringify(value);
  const problems: string[] = [];
  if (schema.enum && !schema.enum.includes(value)) problems.push(`${shown} is none of ${JSON.stringify(schema.enum)}`);
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? value) || value > (schema.maximum ?? value))
      problems.push(`${shown} is out of bounds`);
  }
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
      problems.push(`${shown} is not as ${schema.pattern}`);
    }
    if (schema.format !== undefined && !(FORMATS[schema.format] ?? /(?!)/).test(value)) {
      problems.push(`${shown} is no ${schema.format}`);
    }
  }
  return problems;
}
