import type { RefusalTexts } from './refusals-types';

/** Refusals that HTTP itself makes, before or beside a decision. */
export const httpRefusals = {
  'request.malformed': {
    zh: ['请求无效', '请按 errors 中的说明修改后重试；没有保存任何内容。'],
    en: ['Malformed request', 'Mend what errors names and send it again; nothing was stored.'],
  },
  /** The words of `request.malformed` where somebody asked: nothing would have been stored anyhow. */
  'request.malformed-query': {
    zh: ['请求无效', '请按 errors 中的说明修改后重试。'],
    en: ['Malformed request', 'Mend what errors names and send it again.'],
  },
  'request.unreadable': {
    zh: ['无法读取请求', '这不是有效的 HTTP 请求或路径。'],
    en: ['Unreadable request', 'This is no valid HTTP request or path.'],
  },
  'request.too-slow': {
    zh: ['请求超时', '请求没有在时限内到达，请重试。'],
    en: ['Request timed out', 'The request did not arrive in time: send it again.'],
  },
  'request.headers-too-large': {
    zh: ['请求头过大', '请求头超过 16 KiB。'],
    en: ['Headers too large', 'The request headers exceed 16 KiB.'],
  },
  'request.too-large': {
    zh: ['请求体过大', '请求体最大 100 KB。'],
    en: ['Body too large', 'A body has at most 100 KB.'],
  },
  'request.media-type': {
    zh: ['不支持的内容类型', '请以 Content-Type: application/json（UTF-8，不压缩）发送。'],
    en: ['Unsupported content type', 'Send Content-Type: application/json (UTF-8, not compressed).'],
  },
  'route.unknown': {
    zh: ['没有这个地址', '接口列表见 /docs。'],
    en: ['No such address', 'See /docs for what there is.'],
  },
  'route.method-not-allowed': {
    zh: ['不支持的方法', '允许的方法见 Allow 头。'],
    en: ['Method not allowed', 'The Allow header names the methods of this address.'],
  },
  'auth.token-missing': {
    zh: ['需要登录', '请在 Authorization 头中带上 Bearer 令牌。'],
    en: ['Token missing', 'Send a bearer token in the Authorization header.'],
  },
  'auth.token-invalid': {
    zh: ['令牌无效', '令牌已过期、签名不符或内容不完整，请重新获取。'],
    en: ['Token refused', 'The token is expired, not signed by the issuer, or lacks claims: get a new one.'],
  },
  'auth.issuer-unavailable': {
    zh: ['暂时无法校验令牌', '身份服务没有应答，请稍后重试。'],
    en: ['Token cannot be checked now', 'The identity provider does not answer: try again shortly.'],
  },
  'auth.role-not-allowed': {
    zh: ['角色无权操作', '您的角色不能执行此操作。'],
    en: ['Role not allowed', 'Your roles may not do this.'],
  },
  'auth.region-not-allowed': {
    zh: ['地区不在权限内', '只能在自己负责的地区报修，也不能把工单移出这些地区。'],
    en: ['Region not allowed', 'You may report cases in your own regions only, and move none out of them.'],
  },
  'rate.exceeded': {
    zh: ['请求过于频繁', '请按 Retry-After 指定的秒数等待后重试。'],
    en: ['Too many requests', 'Wait for the seconds in Retry-After, then try again.'],
  },
  'version.conflict': {
    zh: ['版本已变化', '数据已有新的变化，请重新读取后再提交。'],
    en: ['Version conflict', 'It has changed since the version in If-Match: read it again.'],
  },
  'idempotency.key-reused': {
    zh: ['幂等键已被使用', '该 Idempotency-Key 已用于另一个请求，请换一个新的。'],
    en: ['Idempotency key reused', 'This key was used for another request: take a new one.'],
  },
  'idempotency.in-progress': {
    zh: ['请求正在处理', '同一 Idempotency-Key 的请求仍在处理，请稍后重试。'],
    en: ['In progress', 'A request with this key is still running: try again shortly.'],
  },
  'read-model.behind': {
    zh: ['查询尚未更新', '查询数据还没有到达所要求的位置，请稍后重试。'],
    en: ['Read model behind', 'The read model has not reached that position yet: try again shortly.'],
  },
  'service.busy': {
    zh: ['系统繁忙', '同一对象上的操作过多，没有保存任何内容，请用同一个键重试。'],
    en: ['Busy', 'Too many writers on the same thing; nothing was stored. Try again with the same key.'],
  },
  'service.unavailable': {
    zh: ['服务暂不可用', '请用同一个 Idempotency-Key 重试：不会重复执行。'],
    en: ['Unavailable', 'Try again with the same Idempotency-Key: nothing is done twice.'],
  },
  'service.stopping': {
    zh: ['服务正在停止', '本进程正在停止，请稍后重试；没有执行任何操作。'],
    en: ['Stopping', 'This process is stopping: try again shortly; nothing was done.'],
  },
  'internal.error': {
    zh: ['内部错误', '发生意外错误，请向运维提供 instance 中的编号。'],
    en: ['Internal error', 'Something unexpected happened: give the operator the id in instance.'],
  },
} as const satisfies RefusalTexts;
