/** Which policy version a case is judged by (contract section 4, rule 7). */
import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseType, Priority } from '../case/case.events';
import { BUILT_IN_POLICIES } from './built-in-policy';
import type { PolicyChoice, PolicyMatch, SlaPolicy } from './policy.types';

/** A version of a published policy; it is in force until a later version of the same id is. */
export interface PublishedPolicyVersion {
  readonly policy: SlaPolicy;
  readonly version: number;
  /** The time that its publication gives, which may lie before it was recorded. */
  readonly inForceFrom: Instant;
}

/** What a policy may ask of a case. */
export interface PolicyAttributes {
  readonly priority: Priority;
  readonly caseType: CaseType;
  readonly region: string;
  readonly county?: string | undefined;
  readonly product?: string | undefined;
}

/** Ties between policies that match as many fields are decided by the first of these that only one of them names. */
const tieBreakers = ['caseType', 'priority', 'county', 'region', 'product', 'season'] as const;

/**
 * The match with more fields wins; ties by caseType, priority, county, region, product, season, then the later policy.
 * Only versions in force at the report count; the built-in policies only where no published one matches.
 */
export function choosePolicy(
  published: readonly PublishedPolicyVersion[],
  attributes: PolicyAttributes,
  reportedAt: Instant,
): PolicyChoice {
  const matching = (versions: readonly PublishedPolicyVersion[]) =>
    versions.filter(({ policy }) => matches(policy, attributes, reportedAt));
  const own = matching(inForceAt(published, reportedAt));
  const best = (own.length > 0 ? own : matching(builtIn)).reduce((winner, candidate) =>
    isStronger(candidate, winner) ? candidate : winner,
  );
  const { id, zone, targets, lateFactLimitMs } = best.policy;
  return { policy: { id, version: best.version }, zone, targets, lateFactLimitMs };
}

const builtIn: readonly PublishedPolicyVersion[] = BUILT_IN_POLICIES.map((policy) => ({
  policy,
  version: 1,
  inForceFrom: Number.NEGATIVE_INFINITY,
}));

/** In the order of publication, the last version per id. */
function inForceAt(published: readonly PublishedPolicyVersion[], at: Instant): readonly PublishedPolicyVersion[] {
  const latest = new Map<string, PublishedPolicyVersion>();
  for (const version of published) {
    if (version.inForceFrom > at) continue;
    const known = latest.get(version.policy.id);
    if (known !== undefined && known.version > version.version) continue;
    latest.delete(version.policy.id);
    latest.set(version.policy.id, version);
  }
  return [...latest.values()];
}

function matches({ match, zone }: SlaPolicy, attributes: PolicyAttributes, reportedAt: Instant): boolean {
  const { season, ...fields } = match;
  const same = Object.entries(fields).every(
    ([field, wanted]) => wanted === undefined || attributes[field as keyof PolicyAttributes] === wanted,
  );
  return same && (season === undefined || inSeason(season, monthDay(reportedAt, zone)));
}

function inSeason({ from, to }: NonNullable<PolicyMatch['season']>, day: string): boolean {
  return from <= to ? from <= day && day <= to : day >= from || day <= to;
}

/** MM-DD of an instant in a zone. */
function monthDay(at: Instant, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, month: '2-digit', day: '2-digit' }).formatToParts(
    at,
  );
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('month')}-${part('day')}`;
}

function isStronger(candidate: PublishedPolicyVersion, winner: PublishedPolicyVersion): boolean {
  const [mine, other] = [candidate.policy.match, winner.policy.match];
  const fields = fieldsOf(mine) - fieldsOf(other);
  if (fields !== 0) return fields > 0;
  for (const field of tieBreakers) {
    if ((mine[field] !== undefined) !== (other[field] !== undefined)) return mine[field] !== undefined;
  }
  return candidate.inForceFrom >= winner.inForceFrom;
}

function fieldsOf(match: PolicyMatch): number {
  return Object.values(match).filter((value) => value !== undefined).length;
}
