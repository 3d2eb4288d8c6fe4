import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { importMapping, mappingMistakes } from '@fieldcase/contracts';
import { MappingRefused, type HistoryMapping, type MappingProblem } from '@fieldcase/domain';

/** A mapping from a JSON or YAML file (JSON is YAML). Throws MappingRefused: every mistake with its path. */
export function readMapping(path: string): HistoryMapping {
  const text = contentOf(path);
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new MappingRefused(document.errors.map((error) => ({ path, message: error.message.trim() })));
  }
  const parsed = importMapping.safeParse(document.toJS() ?? {});
  if (!parsed.success) throw new MappingRefused(mappingMistakes(parsed.error).map(toProblem));
  return parsed.data;
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
