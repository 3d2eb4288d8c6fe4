/** What a verb says: its result on standard output, everything else on standard error. */
export class Output {
  constructor(
    readonly json: boolean,
    private readonly out: (text: string) => void = (text) => process.stdout.write(text),
    private readonly err: (text: string) => void = (text) => process.stderr.write(text),
  ) {}

  /** One JSON object with --json, the text without. */
  result(value: object, text: string): void {
    this.out(this.json ? `${JSON.stringify(value, jsonValue)}\n` : `${text}\n`);
  }

  note(text: string): void {
    this.err(`${text}\n`);
  }

  failure(message: string, problems: readonly object[] = []): void {
    if (this.json) this.err(`${JSON.stringify({ error: { message, problems } })}\n`);
    else this.err(`${message}\n`);
  }
}

/** Positions and counts beyond 2^53 are strings, as over HTTP. */
function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Columns of text, the first row as the header. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
