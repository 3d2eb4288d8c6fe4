declare module 'pg-cursor' {
  import type { Submittable } from 'pg';

  export default class Cursor<Row> implements Submittable {
    constructor(text: string, values?: readonly unknown[], config?: { rowMode?: 'array' });
    read(rowCount: number): Promise<Row[]>;
    close(): Promise<void>;
    submit: Submittable['submit'];
  }
}
