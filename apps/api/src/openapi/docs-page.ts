import { createHash } from 'node:crypto';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
h1{margin-bottom:0}details{border:1px solid #cfd8e3;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary span{color:#5a6b7d;margin-left:1rem}code{font-family:ui-monospace,monospace}b{display:inline-block;width:4rem}
pre{background:#f3f6f9;padding:.8rem;overflow:auto;border-radius:6px}.roles{color:#5a6b7d}`;

/** Builds the page with text nodes only: nothing of the document is ever read as markup. */
const SCRIPT = `(async () => {
  const main = document.querySelector('main');
  const add = (parent, tag, text) => { const e = document.createElement(tag); if (text) e.textContent = text; parent.append(e); return e; };
  const prose = (parent, text) => { const p = add(parent, 'p'); text.split('\`').forEach((part, i) => i % 2 ? add(p, 'code', part) : p.append(part)); };
  try {
    const spec = await (await fetch('/openapi.json')).json();
    prose(main, spec.info.description);
    const groups = new Map();
    for (const [path, item] of Object.entries(spec.paths)) for (const [method, operation] of Object.entries(item)) {
      const tag = (operation.tags || ['other'])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push([method, path, operation]);
    }
    for (const [tag, operations] of groups) {
      add(main, 'h2', tag);
      for (const [method, path, operation] of operations) {
        const box = add(main, 'details'), head = add(box, 'summary');
        add(head, 'b', method.toUpperCase()); add(head, 'code', path);
        add(head, 'span', operation.summary);
        if (operation.description) prose(box, operation.description);
        add(box, 'p', 'roles: ' + [].concat(operation['x-roles']).join(', ')).className = 'roles';
        const shown = { parameters: operation.parameters, requestBody: operation.requestBody, responses: operation.responses };
        box.addEventListener('toggle', () => { if (!box.querySelector('pre')) add(box, 'pre', JSON.stringify(shown, null, 2)); });
      }
    }
    add(main, 'h2', 'schemas');
    for (const [name, schema] of Object.entries(spec.components.schemas)) {
      const box = add(main, 'details'); add(box, 'summary', name); add(box, 'pre', JSON.stringify(schema, null, 2));
    }
  } catch (error) { add(main, 'p', 'openapi.json: ' + error); }
})();`;

const hashOf = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;

/** One page without anything from elsewhere; its own script and style are allowed by hash, nothing else is. */
export function docsPage(): { readonly html: string; readonly contentSecurityPolicy: string } {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fieldcase API</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><h1>Fieldcase API</h1><p><a href="/openapi.json">openapi.json</a></p><main></main>
<script>${SCRIPT}</script></body></html>`;
  const contentSecurityPolicy =
    `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; connect-src 'self'; ` +
    `frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  return { html, contentSecurityPolicy };
}
