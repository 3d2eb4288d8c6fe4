import { STATUS_OF_KIND } from '../http/problem';
import {
  adjustmentRefusals,
  caseRefusals,
  referenceRefusals,
  slaPolicyRefusals,
  stockRefusals,
  surveyRefusals,
  transferRefusals,
} from '@fieldcase/domain';

/** Statuses of the refusals that HTTP makes. */
const OF_HTTP: Readonly<Record<string, number>> = {
  'request.malformed': 400,
  'request.unreadable': 400,
  'query.cursor-invalid': 400,
  'auth.token-missing': 401,
  'auth.token-invalid': 401,
  'auth.role-not-allowed': 403,
  'auth.region-not-allowed': 403,
  'reference.unknown': 404,
  'asset.unknown': 404,
  'version.conflict': 412,
  'request.too-large': 413,
  'request.media-type': 415,
  'idempotency.key-reused': 422,
  'occurred-at.out-of-bounds': 400,
  'rate.exceeded': 429,
  'auth.issuer-unavailable': 503,
  'read-model.behind': 503,
  'service.busy': 503,
  'service.stopping': 503,
  'service.unavailable': 503,
  'internal.error': 500,
};

const KINDS: Readonly<Record<string, keyof typeof STATUS_OF_KIND>> = {
  ...caseRefusals,
  ...stockRefusals,
  ...transferRefusals,
  ...adjustmentRefusals,
  ...surveyRefusals,
  ...referenceRefusals,
  ...slaPolicyRefusals,
};

/** @throws Error for a code that nobody makes: the document would promise what cannot happen */
export function statusOfRefusal(code: string): number {
  const kind = KINDS[code];
  const status = OF_HTTP[code] ?? (kind && STATUS_OF_KIND[kind]);
  if (status === undefined) throw new Error(`the OpenAPI document names a refusal that nobody makes: ${code}`);
  return status;
}
