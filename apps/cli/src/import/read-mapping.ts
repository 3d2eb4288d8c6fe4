import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import iconv from 'iconv-lite';
import { importMapping, mappingMistakes, stockMapping, type StockMapping } from '@fieldcase/contracts';
import {
  columnsOf,
  historyPlan,
  joinedColumnsOf,
  joinedPlan,
  MappingRefused,
  type HistoryMapping,
  type MappingProblem,
} from '@fieldcase/domain';
import { unknownEncoding } from './file-rows';
import { soundPart } from './sound-part';

/** A mapping of kind `stock`, or undefined where it is one of history. Throws MappingRefused. */
export function readStockMapping(path: string): StockMapping | undefined {
  const content: unknown = parseDocument(contentOf(path)).toJS();
  if (typeof content !== 'object' || content === null || !('kind' in content)) return undefined;
  const parsed = stockMapping.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new MappingRefused(mappingMistakes(parsed.error).map(toProblem));
}

/** A mapping from a JSON or YAML file (JSON is YAML). Throws MappingRefused: every mistake with its path, in one round. */
export function readMapping(path: string): HistoryMapping {
  const text = contentOf(path);
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const [error] = document.errors;
  // Those after the first are mostly its consequences.
  if (error) throw new MappingRefused([{ path, message: `${error.message.trim()}${fullWidthIn(text)}` }]);
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== 'object' || content === null) {
    const message = `expected lines as in "source: orders", found none; is it the mapping?${fullWidthIn(text)}`;
    throw new MappingRefused([{ path, message }]);
  }
  const parsed = importMapping.safeParse(content);
  const encoding = parsed.success ? parsed.data.encoding : (content as { encoding?: unknown }).encoding;
  const unknown =
    typeof encoding === 'string' && encoding !== '' && !iconv.encodingExists(encoding)
      ? [{ path: 'encoding', message: unknownEncoding(encoding) }]
      : [];
  if (parsed.success && unknown.length === 0) return parsed.data;
  const mistakes = parsed.success ? [] : mappingMistakes(parsed.error).map(toProblem);
  const sound = parsed.success ? parsed.data : soundPart(content, parsed.error.issues);
  throw new MappingRefused([...mistakes, ...unknown, ...(sound ? problemsOf(sound) : [])]);
}

/** Zone, format and patterns; columns are told with the file at hand. */
function problemsOf(mapping: HistoryMapping): readonly MappingProblem[] {
  try {
    historyPlan(mapping, [...columnsOf(mapping).keys()]);
    const { join } = mapping;
    if (join) joinedPlan(mapping, join, [...joinedColumnsOf(join).keys()]);
    return [];
  } catch (error) {
    if (error instanceof MappingRefused) return error.problems;
    throw error;
  }
}

/** Typed on a Chinese keyboard, they look right and mean nothing. */
function fullWidthIn(text: string): string {
  const signs = [...new Set(text.match(/[：，｛｝［］“”‘’]/g))];
  return signs.length === 0
    ? ''
    : `\n(full-width signs ${signs.join(' ')} are text to YAML: type them half-width, 半角)`;
}

function contentOf(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message =
      code === 'ENOENT'
        ? 'the mapping does not exist'
        : code === 'EISDIR'
          ? 'expected a file, found a directory'
          : `the mapping cannot be read: ${(error as Error).message}`;
    throw new MappingRefused([{ path, message }]);
  }
}

function toProblem(line: string): MappingProblem {
  const at = line.indexOf(': ');
  return { path: line.slice(0, at), message: line.slice(at + 2) };
}
