/**
 * Pieces of a text, for an index that finds what contains a given one: every three letters or digits in a row, and of
 * Chinese and the like, where two characters are a name, every character and every two.
 */
const RUNS = /[\u2e80-\u{3ffff}]+|(?:(?![\u2e80-\u{3ffff}])[\p{L}\p{N}])+/gu;
const WIDE = /^[\u2e80-\u{3ffff}]/u;

/** A text has all pieces of whatever is part of it; of a part that is too short there are none. */
export function gramsOf(text: string): string[] {
  const grams = new Set<string>();
  for (const [run] of text.toLowerCase().matchAll(RUNS)) {
    const signs = [...run];
    for (const size of WIDE.test(run) ? [1, 2] : [3]) {
      for (let end = size; end <= signs.length; end += 1) grams.add(signs.slice(end - size, end).join(''));
    }
  }
  return [...grams];
}
