/** The little of Kafka's wire format that requests need which kafkajs does not know. */

/** The body of a request, as kafkajs takes one into its own frame: `buf` and `buffer` are what it looks at. */
export class WireWriter {
  private readonly parts: Buffer[] = [];

  get buffer(): Buffer {
    return Buffer.concat(this.parts);
  }

  get buf(): Buffer {
    return this.buffer;
  }

  int8(value: number): this {
    return this.bytes(Buffer.from([value & 0xff]));
  }

  int32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return this.bytes(bytes);
  }

  float64(value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return this.bytes(bytes);
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  string(text: string): this {
    const bytes = Buffer.from(text, 'utf8');
    const length = Buffer.alloc(2);
    length.writeInt16BE(bytes.length);
    return this.bytes(length).bytes(bytes);
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  compactBytes(bytes: Uint8Array): this {
    return this.unsigned(bytes.length + 1).bytes(bytes);
  }

  compactString(text: string): this {
    return this.compactBytes(Buffer.from(text, 'utf8'));
  }

  /** Each item ends with its tags. */
  compactArray<T>(items: readonly T[], write: (item: T) => void): this {
    this.unsigned(items.length + 1);
    for (const item of items) {
      write(item);
      this.noTags();
    }
    return this;
  }

  noTags(): this {
    return this.unsigned(0);
  }

  private unsigned(value: number): this {
    let left = value;
    for (; left > 0x7f; left >>>= 7) this.int8((left & 0x7f) | 0x80);
    return this.int8(left);
  }

  private bytes(bytes: Uint8Array): this {
    this.parts.push(Buffer.from(bytes));
    return this;
  }
}

/** Throws RangeError where an answer is shorter than it says. */
export class WireReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  compactString(): string | null {
    const length = this.unsigned() - 1;
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  string(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  tags(): void {
    for (let left = this.unsigned(); left > 0; left -= 1) {
      this.unsigned();
      const length = this.unsigned();
      this.at += length;
    }
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.at);
      this.at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}
