import { importMapping } from '@fieldcase/contracts';
import type { HistoryMapping } from '@fieldcase/domain';

interface Issue {
  readonly path: readonly PropertyKey[];
  /** Of keys that are not known there. */
  readonly keys?: readonly string[];
}

type Content = Record<string, unknown>;

/** Stand for what is wrong or missing, and are wrong nowhere themselves. */
const STANDING_IN: Content = {
  source: 'x',
  case: 'x',
  time: { column: 'x', format: 'rfc3339', zone: 'UTC' },
  fields: { region: 'x' },
  rules: [],
};

/** What is right of a mapping, at its own place, so that it can be checked further; undefined where nothing can. */
export function soundPart(content: object, issues: readonly Issue[]): HistoryMapping | undefined {
  const sound = structuredClone(content) as Content;
  for (const { path, keys } of issues) {
    const [top, inner] = path;
    if (top === undefined) for (const key of keys ?? []) delete sound[key];
    else if (top === 'rules' && typeof inner === 'number') (sound['rules'] as unknown[])[inner] = { event: 'ignore' };
    else if (top === 'fields' && isContent(sound['fields'])) replaceField(sound['fields'], inner, keys);
    else if (Object.hasOwn(STANDING_IN, top)) sound[String(top)] = STANDING_IN[String(top)];
    else delete sound[String(top)];
  }
  const parsed = importMapping.safeParse(sound);
  return parsed.success ? parsed.data : undefined;
}

const isContent = (value: unknown): value is Content => typeof value === 'object' && value !== null;

function replaceField(fields: Content, name: PropertyKey | undefined, unknown: readonly string[] = []): void {
  for (const key of unknown) delete fields[key];
  if (name === 'region') fields['region'] = 'x';
  else if (name !== undefined) delete fields[String(name)];
}
