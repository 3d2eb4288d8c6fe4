import { HttpLoad } from './http-load';
import { ServiceMix } from './service-mix';

const CONNECTIONS = 50;
const SHARE_OF_MOST = 0.7;
/** Seconds until what is hot has been compiled, and in which the most is found. */
const WARM = 5;
const MOST = 5;

export interface Loaded {
  readonly perSecond: number;
  readonly errors: number;
  readonly firstError: string | undefined;
}

/** The load of the bench `http`: at 70 % of the most that is answered. */
export async function underHttp(
  product: { readonly url: string; readonly dataDir: string },
  seconds: number,
): Promise<Loaded> {
  const load = new HttpLoad(product.url, await ServiceMix.of(product), CONNECTIONS);
  const spent = Math.min(seconds / 2, WARM + MOST);
  try {
    const warm = await load.atMost(spent / 2);
    const most = await load.atMost(spent / 2);
    const { perSecond, errors, firstError } = await load.atRate(most.perSecond * SHARE_OF_MOST, seconds - spent);
    return {
      perSecond,
      errors: warm.errors + most.errors + errors,
      firstError: warm.firstError ?? most.firstError ?? firstError,
    };
  } finally {
    await load.close();
  }
}
