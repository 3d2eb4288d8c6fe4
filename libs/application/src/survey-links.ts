/** One-time links of surveys: made from the log's secret, so that nothing that opens a survey is ever stored. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** 128 bits: nobody finds one by trying. */
const MAC_BYTES = 16;

export interface SurveyLink {
  readonly caseId: string;
  /** Which closing. */
  readonly cycle: number;
}

export class SurveyLinks {
  /** @param secret HMAC secret of the log */
  constructor(private readonly secret: Uint8Array) {}

  /** URL-safe. */
  tokenOf({ caseId, cycle }: SurveyLink): string {
    const name = Buffer.from(`${caseId}~${cycle}`).toString('base64url');
    return `${name}.${this.mac(name).toString('base64url')}`;
  }

  /** Undefined for whatever we did not make. */
  read(token: string): SurveyLink | undefined {
    const [name = '', mac = '', ...rest] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    // Its last character has bits to spare, and odd characters are passed over: one spelling only.
    const isOurs = rest.length === 0 && given.length === MAC_BYTES && given.toString('base64url') === mac;
    if (!isOurs || !timingSafeEqual(given, this.mac(name))) return undefined;
    const [, caseId, cycle] = /^(.+)~([1-9]\d{0,5})$/.exec(Buffer.from(name, 'base64url').toString('utf8')) ?? [];
    return caseId === undefined ? undefined : { caseId, cycle: Number(cycle) };
  }

  private mac(name: string): Buffer {
    return createHmac('sha256', this.secret).update(`survey:${name}`).digest().subarray(0, MAC_BYTES);
  }
}
