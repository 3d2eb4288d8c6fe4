import { createRequire } from 'node:module';

const require = createRequire(__filename);

/**
 * A package of `test/bench/package.json`, which the product does not depend on; what of it a bench uses is typed there.
 * Throws where it is not installed.
 */
export function peer<T>(name: string): T {
  try {
    return require(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(`${name} is not installed: npm ci --prefix test/bench`, { cause: error });
  }
}
