import { SurveyLinks } from './survey-links';

const links = new SurveyLinks(Buffer.from('secret'));
const link = { caseId: '019ab2f0-7c1e-7f3a-9d52-5b1f0c6f2a11', cycle: 2 };
const token = links.tokenOf(link);
const [name = '', mac = ''] = token.split('.');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('survey links', () => {
  it('are read back, whatever the case is called', () => {
    for (const caseId of [link.caseId, 'a~b', '工单/1', '~1']) {
      expect(links.read(links.tokenOf({ caseId, cycle: 1 }))).toEqual({ caseId, cycle: 1 });
    }
    expect(links.read(token)).toEqual(link);
    expect(encodeURIComponent(token)).toBe(token);
  });

  it('have one spelling: any other character anywhere opens nothing', () => {
    for (let at = 0; at < token.length; at += 1) {
      for (const other of `${ALPHABET}.~ =+`) {
        if (other === token[at]) continue;
        expect(links.read(`${token.slice(0, at)}${other}${token.slice(at + 1)}`)).toBeUndefined();
      }
    }
    for (const forged of [
      '',
      '.',
      name,
      mac,
      `${name}.`,
      `.${mac}`,
      `${token}=`,
      `${token}.`,
      ` ${token}`,
      `${name}..${mac}`,
    ]) {
      expect(links.read(forged)).toBeUndefined();
    }
  });

  it('are of one log and one closing', () => {
    expect(new SurveyLinks(Buffer.from('other')).read(token)).toBeUndefined();
    const next = links.tokenOf({ ...link, cycle: 3 });
    expect(links.read(`${name}.${next.split('.')[1]}`)).toBeUndefined();
  });
});
