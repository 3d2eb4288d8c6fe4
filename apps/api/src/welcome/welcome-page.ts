import { createHash } from 'node:crypto';
import { VERSION, type Language } from '@fieldcase/contracts';

const STYLE = `body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:46rem;margin:3rem auto;
padding:0 1rem;color:#1c2733}h1{margin-bottom:0}h1+p{margin-top:.2rem;color:#5a6b7d}
dt{margin-top:.8rem}dd{margin-left:1.5rem}a{color:#0b5cad}code{font-family:ui-monospace,monospace}
pre{background:#f3f6f9;padding:.8rem;overflow:auto;border-radius:6px}`;

interface Words {
  readonly lang: string;
  readonly what: string;
  readonly version: string;
  readonly addresses: string;
  readonly links: readonly (readonly [href: string, text: string])[];
  readonly api: string;
  readonly operators: string;
  readonly token: string;
  readonly demo: string;
  readonly own: string;
  readonly example: string;
}

const words: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    lang: 'zh-CN',
    what: '售后服务工单引擎：报修、派工、到场、完工、结案，每一步都是日志里的一个事件。这里运行的是它的接口，没有操作界面。',
    version: '版本',
    addresses: '地址',
    links: [
      ['/docs', '全部接口、字段与拒绝原因'],
      ['/openapi.json', '同上，供程序读取（OpenAPI 3.1）'],
      ['/asyncapi.json', 'Kafka 主题与消息（AsyncAPI 3.1）'],
      ['/health/live', '进程是否在运行'],
      ['/health/ready', '数据库可用，可以受理请求'],
    ],
    api: '命令（POST）与查询（GET）；需要令牌，例如看板：',
    operators: '运行状况；需要 operator 角色的令牌',
    token: '如何取得令牌',
    demo: '使用自带的演示签发者时，在程序目录里运行（角色如 agent、dispatcher、technician、supervisor、operator）：',
    own: '已接入自己的身份服务时，由它签发令牌。',
    example: '随后带上令牌查询，URL 是本服务器的地址：',
  },
  en: {
    lang: 'en',
    what: 'An engine for after-sales service cases: report, dispatch, arrival, completion, closing, each step an event in one log. What runs here is its interface for programs; it has no console.',
    version: 'Version',
    addresses: 'Addresses',
    links: [
      ['/docs', 'every route, field and refusal'],
      ['/openapi.json', 'the same for programs (OpenAPI 3.1)'],
      ['/asyncapi.json', 'topics and messages in Kafka (AsyncAPI 3.1)'],
      ['/health/live', 'whether the process runs'],
      ['/health/ready', 'whether it takes requests: the database answers'],
    ],
    api: 'commands (POST) and queries (GET); they need a token; the board for example: ',
    operators: 'how it is doing; they need a token of an operator',
    token: 'How to get a token',
    demo: 'With the demo issuer that comes along, in the program’s folder (roles are agent, dispatcher, technician, supervisor, operator and others):',
    own: 'With an identity provider of your own, it issues the tokens.',
    example: 'Then ask with the token; URL is this server’s address:',
  },
};

/**
 * One page without scripts and without anything from elsewhere; its own style is allowed by hash, nothing else is.
 * @param port on which the request came in; what it calls this server is not repeated, anybody can write that
 */
export function welcomePage(
  language: Language,
  port: number,
): { readonly html: string; readonly contentSecurityPolicy: string } {
  const text = words[language];
  const links = text.links.map(([href, says]) => `<dt><a href="${href}">${href}</a></dt><dd>${says}</dd>`).join('\n');
  const html = `<!doctype html><html lang="${text.lang}"><head><meta charset="utf-8"><title>Fieldcase</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><h1>Fieldcase</h1><p>${text.version} ${VERSION}</p><p>${text.what}</p>
<h2>${text.addresses}</h2><dl>
${links}
<dt><code>/api/v1/…</code></dt><dd>${text.api}<code>GET /api/v1/cases</code></dd>
<dt><code>/status</code>, <code>/metrics</code></dt><dd>${text.operators}</dd></dl>
<h2>${text.token}</h2><p>${text.demo}</p><pre>TOKEN=$(npx fieldcase token agent)</pre><p>${text.own}</p>
<p>${text.example}</p><pre>URL=http://127.0.0.1:${port}
curl -H "Authorization: Bearer $TOKEN" "$URL/api/v1/cases?limit=5"</pre></body></html>
`;
  const style = createHash('sha256').update(STYLE).digest('base64');
  const contentSecurityPolicy =
    `default-src 'none'; style-src 'sha256-${style}'; ` + `frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  return { html, contentSecurityPolicy };
}
