import { accessTo, Parameters, personalSql, visibleSql } from './access';
import { scopeOf } from './specs/scopes';
import type { Role } from '@fieldcase/contracts';

const mine = { region: 'north', open: true, technicians: ['tom'] };
const columns = { region: 'region', technicians: 'technicians', open: 'is_open' };

describe('access to a case', () => {
  it.each([
    ['agent', 'full'],
    ['dispatcher', 'full'],
    ['supervisor', 'full'],
    ['analyst', 'masked'],
    ['regulator', 'masked'],
    ['operator', 'none'],
    ['depot-clerk', 'none'],
    ['technician', 'none'],
  ] as [Role, string][])('of a %s within his regions is %s', (role, access) => {
    expect(accessTo(scopeOf(role), mine)).toBe(access);
  });

  it.each(['agent', 'analyst'] as Role[])('of a %s ends at his regions', (role) => {
    expect(accessTo(scopeOf(role, role, ['south']), mine)).toBe('none');
    expect(accessTo(scopeOf(role, role, ['south', 'north']), mine)).not.toBe('none');
  });

  it('of a technician is his own cases, without contact data once they have ended', () => {
    expect(accessTo(scopeOf('technician', 'tom', ['south']), mine)).toBe('full');
    expect(accessTo(scopeOf('technician', 'tom'), { ...mine, open: false })).toBe('contactless');
    expect(accessTo(scopeOf('technician', 'ute'), mine)).toBe('none');
  });

  it('is the best that any role gives', () => {
    const both = { ...scopeOf('technician', 'tom'), roles: ['technician', 'analyst'] as Role[] };
    expect(accessTo(both, mine)).toBe('full');
    expect(accessTo(both, { ...mine, technicians: [] })).toBe('masked');
  });
});

describe('access as SQL', () => {
  it('is closed to roles that see no case', () => {
    for (const role of ['operator', 'depot-clerk'] as Role[]) {
      expect(visibleSql(scopeOf(role), columns, new Parameters())).toBe('false');
      expect(personalSql(scopeOf(role), columns, new Parameters())).toBe('false');
    }
  });

  it('shows readers rows and no personal fields', () => {
    expect(visibleSql(scopeOf('analyst'), columns, new Parameters())).toBe('true');
    expect(personalSql(scopeOf('analyst'), columns, new Parameters())).toBe('false');
  });

  it('binds no parameter that it does not use', () => {
    const parameters = new Parameters();
    const both = { ...scopeOf('technician', 'tom'), roles: ['technician', 'agent'] as Role[] };
    expect(visibleSql(both, columns, parameters)).toBe('true');
    expect(personalSql(both, columns, parameters)).toBe('true');
    expect(parameters.values).toEqual([]);
  });

  it('passes values as parameters only', () => {
    const parameters = new Parameters();
    const sql = visibleSql(scopeOf('agent', 'x', ["o'north"]), columns, parameters);
    expect(sql).toBe('(region = any($1::text[]))');
    expect(parameters.values).toEqual([["o'north"]]);
  });
});
