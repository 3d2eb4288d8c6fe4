import type { ReferenceState } from '@fieldcase/domain';
import type { Block } from './block';
import { castOf, MINUTE, type Cast } from './cast';
import type { Diary } from './diary';
import { instantOf, reported, type Step } from './steps';
import { STORIES, type Story } from './stories';
import { World, type Telling } from './world';

/** Cases that are told together: a duplicate and its original are of one round. */
export const ROUND_CASES = STORIES.length;

interface SampleCase {
  readonly story: Story;
  readonly cast: Cast;
}

/**
 * A round of a block's cases, each with all that has happened to it by `startedAt`. Throws where a decider refuses a
 * step: the story is wrong then, and nothing of it is to be written.
 */
export function tellRound(block: Block, round: number, references: ReferenceState, diary: Diary): World {
  const world = new World(references, diary);
  const cases = castRound(block, round);
  const tellings = cases
    .flatMap((one) => [reported(one.cast), ...one.story.steps(one.cast)].map((step) => tellingOf(step, one, block)))
    .filter(({ toldAt }) => toldAt <= block.startedAt)
    .sort((a, b) => a.toldAt - b.toldAt);
  for (const telling of tellings) world.tell(telling);
  for (const { cast, story } of cases) {
    world.recordClockFacts({ cast, toldAt: block.startedAt, live: story.onPaper === true });
  }
  return world;
}

function castRound(block: Block, round: number): SampleCase[] {
  const first = round * ROUND_CASES;
  const cases: SampleCase[] = [];
  for (const [turn, story] of STORIES.entries()) {
    if (first + turn >= block.cases) break;
    const original = story.duplicate ? cases.at(-1)?.cast : undefined;
    cases.push({ story, cast: castOf(block, first + turn, story, original) });
  }
  return cases;
}

function tellingOf(step: Step, { story, cast }: SampleCase, block: Block): Telling {
  const { minute, late = 0, actor, command } = step;
  const occurredAt = instantOf(cast, minute);
  const live = story.onPaper === true;
  return { cast, actor, command, occurredAt, toldAt: live ? block.startedAt : occurredAt + late * MINUTE, live };
}
