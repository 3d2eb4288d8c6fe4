/** Reads the OpenAPI document as a client generator would: what a body looks like, and which fields it has. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly example?: unknown;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}
export interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema; readonly examples?: object }>>;
}
export interface Operation {
  readonly operationId: string;
  readonly 'x-roles': readonly string[] | string;
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, Response>>;
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}
export interface FieldOfBody {
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly required: boolean;
}

export class OpenApiWalk {
  constructor(readonly document: OpenApi) {}

  response({ $ref, ...own }: Response): Response {
    const name = $ref?.split('/').at(-1);
    return name === undefined ? own : (this.document.components.responses[name] ?? {});
  }

  commands(): { readonly path: string; readonly operation: Operation; readonly schema: Schema }[] {
    return Object.entries(this.document.paths).flatMap(([path, { post: operation }]) => {
      const schema = operation?.requestBody?.content['application/json'].schema;
      return operation && schema ? [{ path, operation, schema: this.resolved(schema) }] : [];
    });
  }

  /** A body with every field, made of the examples and the first of the allowed words. */
  example(given: Schema): unknown {
    const schema = this.resolved(given);
    if (schema.example !== undefined) return schema.example;
    if (schema.enum) return schema.enum[0];
    if (schema.properties) {
      return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, this.example(field)]));
    }
    if (schema.items) return [this.example(schema.items)];
    if (schema.type === 'string') return 'x';
    if (schema.type === 'boolean') return true;
    return schema.minimum ?? 1;
  }

  fields(given: Schema, prefix: readonly string[] = []): FieldOfBody[] {
    const schema = this.resolved(given);
    return Object.entries(schema.properties ?? {}).flatMap(([name, raw]) => {
      const field = this.resolved(raw);
      const path = [...prefix, name];
      const own = { path, schema: field, required: schema.required?.includes(name) === true };
      if (field.properties) return [own, ...this.fields(field, path)];
      if (field.items && this.resolved(field.items).properties)
        return [own, ...this.fields(field.items, [...path, '0'])];
      return [own];
    });
  }

  resolved(schema: Schema): Schema {
    const { $ref, allOf, ...own } = schema;
    const name = ($ref ?? allOf?.[0]?.$ref)?.split('/').at(-1);
    if (name === undefined) return schema;
    const target = this.document.components.schemas[name];
    if (!target) throw new Error(`the document names no schema ${name}`);
    return { ...this.resolved(target), ...own };
  }
}

/** A copy of `body` with the field at `path` set, or taken out where `value` is undefined. */
export function withField(body: unknown, path: readonly string[], value: unknown): unknown {
  const [name = '', ...rest] = path;
  const copy = (Array.isArray(body) ? [...(body as unknown[])] : { ...(body as object) }) as Record<string, unknown>;
  if (rest.length > 0) copy[name] = withField(copy[name], rest, value);
  else if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}
