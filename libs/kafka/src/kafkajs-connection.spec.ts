import type { Kafka } from 'kafkajs';
import { WireReader, WireWriter } from './kafka-wire';
import { WireConnection } from './kafkajs-connection';

describe('requests that kafkajs does not know', () => {
  it.each([
    ['has no such name', {}],
    ['makes something else', { [Symbol('private:Kafka:createCluster')]: () => ({ connect: () => undefined }) }],
  ])('are not tried with a kafkajs that %s', async (_, kafka) => {
    await expect(WireConnection.open(kafka as unknown as Kafka)).rejects.toThrow(/built in another way than 2\.2\.4/);
  });

  it('have their texts, lengths and tags as Kafka wants them', () => {
    const body = new WireWriter();
    body.compactArray(['哈'], (name) => body.compactString(name).int8(2).int32(8_192)).noTags();
    expect(body.buffer.toString('hex')).toBe('0204e59388020000200000' + '00');
    expect(new WireWriter().compactBytes(new Uint8Array(200)).buffer.subarray(0, 2).toString('hex')).toBe('c901');
    expect(
      new WireWriter()
        .string('ab')
        .float64(1)
        .boolean(true)
        .array([1], (n) => n)
        .buffer.toString('hex'),
    ).toBe('000261623ff00000000000000100000001');
  });

  it('are answered with texts that may be absent, and tags that nobody knows', () => {
    const reader = new WireReader(Buffer.from('0101026162' + '001f' + '00' + '03616200' + 'ffff', 'hex'));
    reader.tags();
    expect(reader.int16()).toBe(31);
    expect([reader.compactString(), reader.compactString()]).toEqual([null, 'ab']);
    reader.tags();
    expect(reader.string()).toBeNull();
    expect(() => reader.int32()).toThrow(/out of range/);
  });
});
