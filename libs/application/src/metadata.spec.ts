import { metadataOf } from './metadata';

describe('metadataOf', () => {
  it.each([
    [['agent', 'supervisor'], 'supervisor'],
    [['technician', 'dispatcher'], 'dispatcher'],
    [['analyst', 'agent'], 'agent'],
    [['a-role-of-a-newer-release'], 'a-role-of-a-newer-release'],
    [[], 'system'],
  ])('takes a person of the roles %j to act as %s', (roles, actorRole) => {
    expect(metadataOf({ actor: 'li', roles })).toMatchObject({ actor: 'li', actorRole });
  });

  it('begins a conversation unless the caller names an earlier one', () => {
    const { correlationId, causationId, commandId } = metadataOf({ actor: 'li', roles: [] });
    expect([correlationId, causationId]).toEqual([commandId, commandId]);
    expect(metadataOf({ actor: 'li', roles: [], correlationId: 'c1' }).correlationId).toBe('c1');
  });
});
