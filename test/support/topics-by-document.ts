import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface MessageOf {
  readonly headers: object;
  readonly payload: object;
  readonly contentType: string;
  readonly bindings: { readonly kafka: { readonly key: object } };
  readonly examples: readonly { readonly headers: Record<string, string>; readonly payload: unknown }[];
}

/** As much of an AsyncAPI 3 document as a reader needs. */
export interface AsyncApi {
  readonly servers: Readonly<Record<string, { readonly host: string; readonly protocol: string }>>;
  readonly channels: Readonly<
    Record<
      string,
      {
        readonly address: string;
        readonly messages: Readonly<Record<string, unknown>>;
        readonly bindings: { readonly kafka: { readonly partitions?: number } };
      }
    >
  >;
  readonly operations: Readonly<
    Record<string, { readonly action: string; readonly channel: { readonly $ref: string } }>
  >;
  readonly components: { readonly schemas: object; readonly messages: Readonly<Record<string, MessageOf>> };
}

/** Which message a record is, and what is wrong with it where it is none or several. */
export interface Judgement {
  readonly message: string | undefined;
  readonly problems: readonly string[];
}

const DOCUMENT = 'https://fieldcase.example/asyncapi.json';

/** Knows topics by the served document and by nothing else. */
export class TopicsByDocument {
  private readonly ajv = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(readonly document: AsyncApi) {
    addFormats(this.ajv);
    // So that the schemas' references into the document resolve.
    this.ajv.addVocabulary(['components']);
    this.ajv.addSchema({ $id: DOCUMENT, components: document.components }, DOCUMENT);
  }

  /** @param values of the parameters in the address, as they are in a topic's name */
  address(channel: string, values: Readonly<Record<string, string>> = {}): string {
    const { address = '' } = this.document.channels[channel] ?? {};
    return address.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  }

  /** Channels that whoever runs the application sends to: we may read them. */
  get readable(): readonly string[] {
    const sent = Object.values(this.document.operations).filter(({ action }) => action === 'send');
    return sent.map(({ channel }) => channel.$ref.replace('#/channels/', ''));
  }

  judge(channel: string, headers: unknown, payload: unknown): Judgement {
    const names = Object.keys(this.document.channels[channel]?.messages ?? {});
    const judged = names.map((name) => ({ name, problems: this.problems(name, headers, payload) }));
    const fitting = judged.filter(({ problems }) => problems.length === 0);
    const [only] = fitting;
    if (only && fitting.length === 1) return { message: only.name, problems: [] };
    if (fitting.length > 1) return { message: undefined, problems: fitting.map(({ name }) => `also fits ${name}`) };
    const nearest = judged.toSorted((a, b) => a.problems.length - b.problems.length)[0];
    return { message: undefined, problems: nearest?.problems ?? ['no message'] };
  }

  /** @param key of the record */
  keyProblems(message: string, key: string | null): readonly string[] {
    return this.check(`#/components/messages/${message}/bindings/kafka/key`, key);
  }

  private problems(message: string, headers: unknown, payload: unknown): readonly string[] {
    const at = `#/components/messages/${message}`;
    return [...this.check(`${at}/headers`, headers), ...this.check(`${at}/payload`, payload)];
  }

  private check(pointer: string, value: unknown): readonly string[] {
    const known = this.validators.get(pointer) ?? this.ajv.compile({ $ref: `${DOCUMENT}${pointer}` });
    this.validators.set(pointer, known);
    if (known(value)) return [];
    return (known.errors ?? []).map(({ instancePath, message = '' }) => `${pointer}${instancePath} ${message}`);
  }
}
