import fc from 'fast-check';
import { casesTopic, depotGroup, depotOfTopic, depotTopic, depotUser } from './topics';

describe('names in Kafka', () => {
  it('are beneath the prefix', () => {
    expect(casesTopic('fieldcase')).toBe('fieldcase.cases.v1');
    expect(depotTopic('fieldcase', 'demo-depot', 'part-requests')).toBe('fieldcase.depot.demo-depot.part-requests.v1');
    expect(depotUser('fieldcase', 'demo-depot')).toBe('fieldcase.depot.demo-depot');
    expect(depotGroup('fieldcase', 'demo-depot')).toBe('fieldcase.depot.demo-depot.client');
  });

  it('write what Kafka does not take as bytes', () => {
    expect(depotTopic('f', '站.a_b', 'replies')).toBe('f.depot._e7ab992e_a_5f_b.replies.v1');
  });

  it('say whose they are, for any id, and two ids never meet', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(id, id, (one, other) => {
        const name = depotTopic('f.x', one, 'confirmations');
        expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
        expect(depotOfTopic('f.x', name)).toEqual({ depotId: one, topic: 'confirmations' });
        if (one !== other) expect(depotTopic('f.x', other, 'confirmations')).not.toBe(name);
      }),
    );
  });

  it.each([
    'f.depot.a.part-requests.v2',
    'f.depot.a.b.replies.v1',
    'f.depot._zz_.replies.v1',
    'g.depot.a.replies.v1',
    'f.cases.v1',
  ])('are nobody else’s: %s', (name) => {
    expect(depotOfTopic('f', name)).toBeUndefined();
  });

  it('are refused where Kafka takes none so long', () => {
    expect(() => depotTopic('f', 'x'.repeat(240), 'replies')).toThrow(RangeError);
  });
});
