/**
 * Pieces of a text, for an index that finds what contains a given one: every three letters or digits in a row, and of
 * Chinese and the like, where two characters are a name, every character and every two. A piece that comes again is a
 * piece of its own (`000`, `000#2`), and of those asked for each three share a sign with the next: without either, six
 * digits were sought among all cases that have both halves somewhere (1,000,000 cases, the slowest of 100 ends of a phone:
 * 14 ms instead of 78).
 */
const RUNS = /[\u2e80-\u{3ffff}]+|(?:(?![\u2e80-\u{3ffff}])[\p{L}\p{N}])+/gu;
const WIDE = /^[\u2e80-\u{3ffff}]/u;

export function gramsOf(text: string): string[] {
  return numbered(runsOf(text).flatMap(({ signs, sizes }) => sizes.flatMap((size) => piecesAt(signs, size, 1))));
}

/**
 * Some of its pieces, which every text has that contains it; none where it is too short. Of Chinese all pairs: the index
 * begins with the rarest, which is often one across two words (600,000 cases, a village and a person: 9 ms in it instead of
 * 23). No single character beside them, which half of all may have.
 */
export function gramsAsked(text: string): string[] {
  const each = runsOf(text).flatMap(({ signs, sizes }) => {
    const size = sizes.findLast((one) => one <= signs.length);
    return size === undefined ? [] : piecesAt(signs, size, size === 3 ? 2 : 1);
  });
  const telling = each.filter((piece) => [...piece].length > 1);
  return numbered(telling.length > 0 ? telling : each);
}

function runsOf(text: string): { readonly signs: readonly string[]; readonly sizes: readonly number[] }[] {
  return Array.from(text.toLowerCase().matchAll(RUNS), ([run]) => ({
    signs: [...run],
    sizes: WIDE.test(run) ? [1, 2] : [3],
  }));
}

/** The last of all is among them. */
function piecesAt(signs: readonly string[], size: number, step: number): string[] {
  const last = signs.length - size;
  const pieces: string[] = [];
  for (let from = 0; from < last; from += step) pieces.push(signs.slice(from, from + size).join(''));
  return last < 0 ? pieces : [...pieces, signs.slice(last).join('')];
}

function numbered(pieces: readonly string[]): string[] {
  const times = new Map<string, number>();
  return pieces.map((piece) => {
    const nth = (times.get(piece) ?? 0) + 1;
    times.set(piece, nth);
    return nth === 1 ? piece : `${piece}#${nth}`;
  });
}
