/**
 * `q` on the board. What is found rarely is fetched through the index of pieces and sorted; what is found often is met
 * soon by whoever leafs through the board in its order. Which of them it is, the statement itself finds out: of pieces
 * that no case has, or a sixth of all, the planner knows too little (1,000,000 cases: 1.6 s by the wrong way).
 */
import { normaliseCaseNumber } from '@fieldcase/domain/events';
import type { Parameters } from '../access';
import { dialled, plainSigns } from './dialled';
import { gramsAsked } from './search-grams';

export interface BoardSearch {
  /** `hit (hit_id, in_open)`, and `few`: whether those are all of them. Null where no index finds the words. */
  readonly hits: string | null;
  /** Of `hit` joined with its row. */
  readonly ofHits: readonly string[];
  /** Of `board`, leafed through. */
  readonly rows: readonly string[];
}

/** More than so many are not sorted. */
const FEW = 5_000;
/** So many of the newest cases are looked at first: of what every hundredth has, the index would list thousands. */
const NEWEST = 1_000;
const OFTEN = NEWEST / 100;

interface Writing {
  readonly text: string;
  /** None where it is too short. */
  readonly pieces: readonly string[];
}

/**
 * Who may not see a phone or a site name may not find by it either: the answer would give it away.
 * @param personal SQL condition: the caller may see the row's personal columns
 */
export function searchOf(
  q: string | undefined,
  personal: string,
  schema: string,
  parameters: Parameters,
): BoardSearch | null {
  const words = q?.trim().toLowerCase();
  if (!words) return null;
  const writings = writingsOf(words).map((text) => ({ text: parameters.add(text), pieces: gramsAsked(text) }));
  const inOpen = saidIn(['search_open'], writings);
  // Within one of them: pieces lie in columns of their own, and both ways must find the same.
  const inAll = saidIn(['search_open', 'lower(site_name)', 'lower(phone)'], writings);
  const exact =
    personal === 'true' ? inAll : personal === 'false' ? inOpen : `(${inOpen} or (${inAll} and ${personal}))`;
  const row = `(select ${exact} from ${schema}.case_search search where search.id = board.id)`;
  if (writings.some(({ pieces }) => pieces.length === 0)) return { hits: null, ofHits: [], rows: [row] };
  const [said, columns] =
    personal === 'false' ? [inOpen, ['number_grams']] : [inAll, ['number_grams', 'site_grams', 'phone_grams']];
  return {
    hits: `often as materialized (select count(*) >= ${OFTEN} as yes
        from (select ${said} as found from ${schema}.case_search order by id desc limit ${NEWEST}) as newest where found),
      hit as materialized (select id as hit_id, ${inOpen} as in_open from ${schema}.case_search
        where not (select yes from often) and ${throughPieces(columns, writings, parameters)} and ${said}),
      few as materialized (select count(*) <= ${FEW} and not (select yes from often) as yes
        from (select from hit limit ${FEW + 1}) as counted)`,
    ofHits: ['(select yes from few)', ...(personal === 'true' ? [] : [`(in_open or ${personal})`])],
    rows: ['not (select yes from few)', row],
  };
}

const saidIn = (texts: readonly string[], writings: readonly Writing[]): string =>
  `(${writings.flatMap(({ text }) => texts.map((each) => `position(${text} in ${each}) <> 0`)).join(' or ')})`;

function throughPieces(columns: readonly string[], writings: readonly Writing[], parameters: Parameters): string {
  const asked = writings.map(({ pieces }) => `${parameters.add(pieces)}::text[]`);
  return `(${asked.flatMap((pieces) => columns.map((column) => `${column} @> ${pieces}`)).join(' or ')})`;
}

/** As it was typed, with full-width characters made plain, as the case number that somebody may have dictated, and as a phone. */
function writingsOf(words: string): string[] {
  const plain = plainSigns(words);
  const number = normaliseCaseNumber(plain)?.toLowerCase();
  return [...new Set([words, plain, number ?? plain, dialled(plain) ?? plain])];
}
