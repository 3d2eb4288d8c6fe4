import path from 'node:path';
import ts from 'typescript';
import { personalFieldsOf } from '@fieldcase/domain/events';

export type JsonSchema = Readonly<Record<string, unknown>>;

const EVENTS = path.join(__dirname, '../../libs/domain/src/events.ts');
const CONFIG = path.join(__dirname, '../../tsconfig.json');

/**
 * The data of every event as JSON Schema, from the TypeScript types that are the storage format: what the compiler lets a
 * decider write. Personal members are left out, since they are stored apart and are in no record; others are not closed
 * off, since a later release may add some.
 */
export function logEventSchemas(): Readonly<Record<string, JsonSchema>> {
  const { config } = ts.readConfigFile(CONFIG, ts.sys.readFile.bind(ts.sys)) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, path.dirname(CONFIG));
  const program = ts.createProgram([EVENTS], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(EVENTS);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${EVENTS} cannot be read`);
  const reader = new TypeReader(checker);
  const found = new Map<string, JsonSchema>();
  for (const exported of checker.getExportsOfModule(module)) {
    const type = checker.getDeclaredTypeOfSymbol(aliased(checker, exported));
    for (const part of type.isUnion() ? type.types : [type]) {
      const event = reader.event(part);
      if (event) found.set(event.name, event.data);
    }
  }
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const aliased = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

class TypeReader {
  constructor(private readonly checker: ts.TypeChecker) {}

  /** An object with a literal `type` and `data`. */
  event(type: ts.Type): { readonly name: string; readonly data: JsonSchema } | undefined {
    const [name, data] = ['type', 'data'].map((member) => this.member(type, member));
    if (!name?.isStringLiteral() || !data) return undefined;
    return { name: name.value, data: this.object(data, personalFieldsOf(name.value)) };
  }

  private member(type: ts.Type, name: string): ts.Type | undefined {
    const symbol = type.getProperty(name);
    return symbol && this.checker.getTypeOfSymbol(symbol);
  }

  private schema(type: ts.Type): JsonSchema {
    const { flags } = type;
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.String) return { type: 'string' };
    if (flags & ts.TypeFlags.Number) return { type: 'number' };
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.isUnion()) return this.union(type.types.filter((part) => !(part.flags & ts.TypeFlags.Undefined)));
    if (this.checker.isArrayType(type)) {
      const [items] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', ...(items && { items: this.schema(items) }) };
    }
    const values = type.getStringIndexType();
    if (values) return { type: 'object', additionalProperties: this.schema(values) };
    if (flags & ts.TypeFlags.Object || type.isIntersection()) return this.object(type);
    throw new Error(`no JSON Schema for ${this.checker.typeToString(type)}`);
  }

  private union(parts: readonly ts.Type[]): JsonSchema {
    const [only] = parts;
    if (only && parts.length === 1) return this.schema(only);
    const texts = parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
    if (texts.length === parts.length) return { type: 'string', enum: texts.sort() };
    if (parts.every(({ flags }) => flags & ts.TypeFlags.BooleanLiteral)) return { type: 'boolean' };
    return { anyOf: parts.map((part) => this.schema(part)) };
  }

  private object(type: ts.Type, leftOut: readonly string[] = []): JsonSchema {
    const members = this.checker.getPropertiesOfType(type).filter(({ name }) => !leftOut.includes(name));
    const properties = members.map((member) => [member.name, this.schema(this.checker.getTypeOfSymbol(member))]);
    const required = members.flatMap(({ name, flags }) => (flags & ts.SymbolFlags.Optional ? [] : [name]));
    return {
      type: 'object',
      properties: Object.fromEntries(properties) as object,
      ...(required.length > 0 ? { required } : {}),
    };
  }
}
