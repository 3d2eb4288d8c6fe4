/** Pages of ours: no script, nothing from elsewhere, their one style allowed by its hash. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Language } from '@fieldcase/contracts';

/** Markup that is safe as it stands. */
export class Markup {
  constructor(readonly text: string) {}
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (found) => ESCAPES[found] ?? found);

type Filling = string | number | Markup | readonly Markup[];

function filled(value: Filling): string {
  if (value instanceof Markup) return value.text;
  return Array.isArray(value)
    ? (value as readonly Markup[]).map(({ text }) => text).join('')
    : escaped(String(value as string | number));
}

/** Whatever is filled in is text, unless it is markup itself: names and addresses are written by anybody. */
export function markup(parts: TemplateStringsArray, ...values: readonly Filling[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + filled(values[index - 1] ?? '') + part));
}

export interface Page {
  readonly language: Language;
  readonly title: string;
  readonly style: string;
  readonly body: Markup;
  /** The page has a form that is sent back to this server. */
  readonly sendsForm?: boolean;
}

/** Sets the headers, answers the text. */
export function sendPage(reply: FastifyReply, { language, title, style, body, sendsForm = false }: Page): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const formAction = sendsForm ? "'self'" : "'none'";
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action ${formAction}`;
  void reply
    .header('Content-Type', 'text/html; charset=utf-8')
    .header('Content-Language', language)
    .header('Content-Security-Policy', policy);
  const head = markup`<meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width,initial-scale=1">`;
  return `<!doctype html><html lang="${language}"><head>${head.text}<style>${style}</style></head><body>${body.text}</body></html>\n`;
}
