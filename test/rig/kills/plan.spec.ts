import { FAILPOINTS } from '@fieldcase/config';
import { killsOf, leastCount, planOf, roundsOf } from './plan';

const all = { apis: 2, workers: 2, brokers: 3 };
const blows = (count: number, seed: number) => planOf({ count, seed, ...all }).map(({ blow }) => blow);

describe('the plan of kills', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf({ count: 60, seed: 7, ...all })).toEqual(planOf({ count: 60, seed: 7, ...all }));
    expect(blows(60, 7)).not.toEqual(blows(60, 8));
  });

  it.each([60, 61, 62, 63, 200])(
    'has exactly %i kills: two thirds of applications, half of them at a failpoint',
    (count) => {
      const planned = blows(count, 3);
      expect(planned.reduce((sum, blow) => sum + killsOf(blow), 0)).toBe(count);
      const kills = (part: string) => planned.filter((blow) => blow.kind === 'kill' && blow.part === part).length;
      expect([kills('database'), kills('broker')]).toEqual([Math.floor(count / 6), Math.floor(count / 6)]);
    },
  );

  it('comes by every failpoint of the code', () => {
    const hit = blows(leastCount(), 5).flatMap((blow) => {
      if (blow.kind === 'failpoint') return [blow.failpoint];
      return blow.kind === 'pair' ? blow.hits.map(({ failpoint }) => failpoint) : [];
    });
    expect(new Set(hit)).toEqual(new Set(FAILPOINTS));
  });

  it('goes in rounds of five kills, or a few more', () => {
    const plan = planOf({ count: 60, seed: 9, ...all });
    const rounds = roundsOf(plan, 5);
    expect(rounds.flat()).toEqual(plan);
    const kills = rounds.map((round) => round.reduce((sum, { blow }) => sum + killsOf(blow), 0));
    expect(kills.slice(0, -1).every((count) => count >= 5 && count < 9)).toBe(true);
  });
});
