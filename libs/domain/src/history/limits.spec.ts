import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MOST_PARTS, MOST_PIECES, TEXT_LIMITS, tooLong, type LimitedText } from './limits';

interface Property {
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}
const { components } = JSON.parse(readFileSync(resolve(__dirname, '../../../../docs/openapi.json'), 'utf8')) as {
  components: { schemas: Record<string, { properties: Record<string, Property> }> };
};
const property = (path: string): Property => {
  const [schema = '', name = ''] = path.split('.');
  return components.schemas[schema]?.properties[name] ?? {};
};

/** Longer in history than the API takes them: see `limits.ts`. */
const LONGER = { faultCode: 'RecordDiagnosisDto.faultCode' };
const FIELDS: Record<Exclude<LimitedText, keyof typeof LONGER>, string> = {
  region: 'ReportFaultDto.region',
  county: 'ReportFaultDto.county',
  siteName: 'ReportFaultDto.siteName',
  contactName: 'ContactDto.name',
  contactPhone: 'ContactDto.phone',
  address: 'ReportFaultDto.address',
  faultDescription: 'ReportFaultDto.faultDescription',
  product: 'ReportFaultDto.product',
  assetSerial: 'ReportFaultDto.assetSerial',
  channel: 'ReportFaultDto.channel',
  firstContact: 'ReportFaultDto.firstContact',
  specialDemands: 'ReportFaultDto.specialDemands',
  technician: 'DispatchTechnicianDto.technicianId',
  note: 'AddNoteDto.text',
  cause: 'RecordDiagnosisDto.cause',
  correction: 'RecordDiagnosisDto.correction',
  reasonNotFixed: 'CompleteVisitDto.reason',
  partNumber: 'MaterialLineDto.partNumber',
  partSerial: 'MaterialLineDto.serial',
  partSource: 'MaterialLineDto.source',
  pauseNote: 'PauseCaseDto.note',
  informedResult: 'InformCustomerDto.result',
  informedChannel: 'InformCustomerDto.channel',
  closingNote: 'CloseCaseDto.note',
};

describe('the limits of history', () => {
  it.each(Object.entries(FIELDS))('%s is as long as the API takes it in %s', (text, path) => {
    expect(TEXT_LIMITS[text as LimitedText]).toBe(property(path).maxLength);
  });

  it.each(Object.entries(LONGER))('%s is longer than the API takes it in %s', (text, path) => {
    expect(TEXT_LIMITS[text as LimitedText]).toBeGreaterThan(property(path).maxLength ?? Infinity);
  });

  it('counts parts and pieces as the API does', () => {
    expect(MOST_PIECES).toBe(property('MaterialLineDto.quantity').maximum);
    expect(MOST_PARTS).toBe(property('CompleteVisitDto.materials').maxItems);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(tooLong('𠮷'.repeat(5), 5)).toBeUndefined();
    expect(tooLong('𠮷'.repeat(6), 5)).toEqual({
      reason: 'expected at most 5 characters, found 6',
      value: `${'𠮷'.repeat(6)}…`,
    });
    expect(tooLong('x'.repeat(4_000), 100)?.value).toBe(`${'x'.repeat(60)}…`);
  });
});
