import { readerAcls, readerNames } from './reader-rights';

describe('who reads the cases', () => {
  it('may read their topic in groups whose names begin with his own and a dot, so that no other name is among them', () => {
    const names = readerNames('fieldcase', 'a');
    expect(names).toEqual({
      user: 'fieldcase.reader.a',
      groups: 'fieldcase.reader.a.',
      topic: 'fieldcase.cases.v1',
    });
    expect(readerAcls(names)).toEqual([
      { resource: 'topic', name: 'fieldcase.cases.v1', pattern: 'literal', operation: 'read' },
      { resource: 'group', name: 'fieldcase.reader.a.', pattern: 'prefixed', operation: 'read' },
    ]);
  });

  it.each(['', 'a.b', '分析', 'x'.repeat(61)])('is not called %j', (name) => {
    expect(() => readerNames('fieldcase', name)).toThrow(/letters, digits and dashes/);
  });
});
