import { depotAcls, depotNames, depotTopics } from './depot-grants';

describe('what a depot is granted', () => {
  it('is its own three topics and its group by their whole names, and nothing that only begins so', () => {
    const granted = depotAcls(depotNames('p', 'a')).map(
      ({ resource, name, pattern, operation }) => `${operation} ${resource} ${pattern} ${name}`,
    );
    expect(granted).toEqual([
      'read topic literal p.depot.a.part-requests.v1',
      'read topic literal p.depot.a.replies.v1',
      'write topic literal p.depot.a.confirmations.v1',
      'read group literal p.depot.a.client',
    ]);
  });

  it('can be answered as soon as it may confirm: the topic of its confirmations is made last', () => {
    expect(depotTopics(depotNames('p', 'a'), 1).map(({ name }) => name)).toEqual([
      'p.depot.a.part-requests.v1',
      'p.depot.a.replies.v1',
      'p.depot.a.confirmations.v1',
    ]);
  });
});
