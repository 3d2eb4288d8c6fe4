/**
 * Pieces of a text, for an index that finds what contains a given one: every three letters or digits in a row, and of
 * Chinese and the like, where two characters are a name, every character and every two.
 */
const RUNS = /[\u2e80-\u{3ffff}]+|(?:(?![\u2e80-\u{3ffff}])[\p{L}\p{N}])+/gu;
const WIDE = /^[\u2e80-\u{3ffff}]/u;

export function gramsOf(text: string): string[] {
  const each = runsOf(text).flatMap(({ signs, sizes }) => sizes.flatMap((size) => piecesAt(signs, size, 1)));
  return [...new Set(each)];
}

/**
 * Some of its pieces, which every text has that contains it; none where it is too short. They overlap as little as may
 * be: the planner takes pieces for independent, and would expect far fewer rows than there are.
 */
export function gramsAsked(text: string): string[] {
  const each = runsOf(text).flatMap(({ signs, sizes }) => {
    const size = sizes.findLast((one) => one <= signs.length);
    return size === undefined ? [] : [...piecesAt(signs, size, size), signs.slice(-size).join('')];
  });
  return [...new Set(each)];
}

function runsOf(text: string): { readonly signs: readonly string[]; readonly sizes: readonly number[] }[] {
  return Array.from(text.toLowerCase().matchAll(RUNS), ([run]) => ({
    signs: [...run],
    sizes: WIDE.test(run) ? [1, 2] : [3],
  }));
}

function piecesAt(signs: readonly string[], size: number, step: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from + size <= signs.length; from += step) pieces.push(signs.slice(from, from + size).join(''));
  return pieces;
}
