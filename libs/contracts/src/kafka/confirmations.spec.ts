import { z } from 'zod';
import { CONFIRMATION_TYPES, confirmationReplySchema, confirmationSchema } from './confirmations';

const acknowledged = {
  specversion: '1.0',
  id: '7-acknowledge',
  source: 'depot/harbin',
  type: CONFIRMATION_TYPES.acknowledged,
  data: { partRequestId: 'r-1' },
};
const shipped = (data: object) => ({
  ...acknowledged,
  type: CONFIRMATION_TYPES.shipped,
  data: { partRequestId: 'r-1', ...data },
});
const declined = (reason: unknown) => ({
  ...acknowledged,
  type: CONFIRMATION_TYPES.declined,
  data: { partRequestId: 'r-1', reason },
});
const isTaken = (value: unknown): boolean => confirmationSchema.safeParse(value).success;

describe('confirmations of a depot', () => {
  it.each([
    ['an acknowledgement', acknowledged],
    ['with attributes of the sender', { ...acknowledged, traceparent: '00-1', time: '2026-11-23T09:00:00+08:00' }],
    ['a shipment', shipped({ carrier: '顺丰速运', trackingNumber: 'SF1', serials: ['SN-1', 'SN-2'] })],
    ['a shipment of nothing that is named', shipped({})],
    ['a carrier as long as may be, in characters', shipped({ carrier: '𠮷'.repeat(100) })],
    ['a decline of several lines', declined('没有库存\n下周再来')],
  ])('takes %s', (_, value) => {
    expect(isTaken(value)).toBe(true);
  });

  it.each([
    ['no id', { ...acknowledged, id: undefined }],
    ['an empty id', { ...acknowledged, id: '' }],
    ['no source', { ...acknowledged, source: undefined }],
    ['another version of CloudEvents', { ...acknowledged, specversion: '0.3' }],
    ['a type that is none', { ...acknowledged, type: 'fieldcase.part-request.acknowledged.v2' }],
    ['who the depot is', { ...acknowledged, data: { partRequestId: 'r-1', depotId: 'harbin' } }],
    ['a time without an offset', { ...acknowledged, time: '2026-11-23T09:00:00' }],
    ['a date that does not exist', { ...acknowledged, time: '2026-02-30T09:00:00Z' }],
    ['null for absent', shipped({ carrier: null })],
    ['a carrier that is too long', shipped({ carrier: 'x'.repeat(101) })],
    ['a blank carrier', shipped({ carrier: '  ' })],
    ['half of a character', shipped({ carrier: '\ud842' })],
    ['a U+0000', declined('a\0b')],
    ['a serial number with a space', shipped({ serials: ['SN 1'] })],
    ['a decline without its reason', declined(undefined)],
  ])('refuses %s', (_, value) => {
    expect(isTaken(value)).toBe(false);
  });

  it('can be written down as JSON Schema', () => {
    expect(z.toJSONSchema(confirmationSchema)).toMatchObject({ oneOf: [{}, {}, {}] });
    expect(z.toJSONSchema(confirmationReplySchema)).toMatchObject({ additionalProperties: false });
  });
});
