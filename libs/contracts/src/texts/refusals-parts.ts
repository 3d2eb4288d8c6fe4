import type { RefusalTexts } from './refusals-types';

/** What part requests and materials say no to. */
export const partRefusals = {
  'part.unknown': {
    zh: ['没有这个配件', '编号 {partNumber} 的配件尚未登记。'],
    en: ['No such part', 'No part with the number {partNumber} is registered.'],
  },
  'part-request.unknown': {
    zh: ['没有这个备件申请', '备件申请不存在，或不在您的权限内。'],
    en: ['No such part request', 'The part request does not exist, or is not yours to see.'],
  },
  'part-request.needed-by-past': {
    zh: ['需要时间已过', 'neededBy 须晚于申请时间。'],
    en: ['Needed in the past', 'neededBy has to lie after the request.'],
  },
  'part-request.open': {
    zh: ['还有未完成的备件申请', '备件申请 {partRequestId} 尚未完成：请先收货、使用、退回或取消。'],
    en: ['A part request is open', 'Part request {partRequestId} is open: receive, use, return or cancel it first.'],
  },
  'part-request.backordered': {
    zh: ['仍在等货', '备件申请 {partRequestId} 仍在等货，到货后自动分配。'],
    en: ['Back-ordered', 'Part request {partRequestId} waits for stock: it is allocated by itself when some comes.'],
  },
  'part-request.already-acknowledged': {
    zh: ['已确认', '备件申请 {partRequestId} 已经确认过。'],
    en: ['Already acknowledged', 'Part request {partRequestId} was acknowledged before.'],
  },
  'part-request.already-shipped': {
    zh: ['已发货', '备件申请 {partRequestId} 已有发货，不能再变更；多余的请退回。'],
    en: ['Already shipped', 'Of part request {partRequestId} something has been shipped: return what is not needed.'],
  },
  'part-request.not-shipped': {
    zh: ['尚未发货', '备件申请 {partRequestId} 尚未发货。'],
    en: ['Not shipped', 'Nothing of part request {partRequestId} has been shipped yet.'],
  },
  'part-request.cancelled': {
    zh: ['备件申请已取消', '备件申请 {partRequestId} 已取消，请重新申请。'],
    en: ['Cancelled', 'Part request {partRequestId} was cancelled: ask anew for what is needed.'],
  },
  'part-request.more-than-shipped': {
    zh: ['超过在途数量', '在途 {most} 件，不能登记 {quantity} 件。'],
    en: ['More than on the way', '{most} pieces are on the way, {quantity} cannot be told of.'],
  },
  'part-request.more-than-received': {
    zh: ['超过手中数量', '手中有 {most} 件，不能登记 {quantity} 件。'],
    en: ['More than in hand', '{most} pieces are in hand, {quantity} cannot be used or returned.'],
  },
  'part-request.more-than-returned': {
    zh: ['超过应退数量', '应退回 {due} 件，不能收 {quantity} 件。'],
    en: ['More than returned', '{due} pieces are due back, {quantity} cannot be received.'],
  },
  'part-request.serial-not-shipped': {
    zh: ['序列号不属于本申请', '序列号 {serial} 未随备件申请 {partRequestId} 发出，或已退回。'],
    en: ['Serial not of this request', 'Serial {serial} was not shipped with {partRequestId}, or is back already.'],
  },
  'part-request.split': {
    zh: ['申请已拆分', '备件申请 {partRequestId} 已拆分，请在带序列号时指明其中一部分。'],
    en: ['Request was split', 'Part request {partRequestId} was split: name the part that the serials belong to.'],
  },
  'part-request.other-part': {
    zh: ['配件不符', '备件申请 {partRequestId} 的配件是 {partNumber}。'],
    en: ['Another part', 'Part request {partRequestId} is for {partNumber}.'],
  },
  'part-request.unknown-source': {
    zh: ['没有这个来源', '材料来源 {source} 不是本工单的备件申请。'],
    en: ['No such source', '{source} is no part request of this case.'],
  },
  'materials.serial-quantity': {
    zh: ['带序列号的行只能是一件', '带序列号 {serial} 的行数量须为 1。'],
    en: ['One piece per serial', 'A line with serial {serial} has quantity 1.'],
  },
} as const satisfies RefusalTexts;

/** What surveys and ratings say no to. */
export const surveyRefusals = {
  'survey.unknown': {
    zh: ['链接无效', '没有这个调查，请核对链接。'],
    en: ['No such survey', 'This is no link of ours: check the address.'],
  },
  'rating.score': {
    zh: ['分数无效', '{kind} 的分数为 {least} 至 {most} 的整数。'],
    en: ['Score refused', 'A score of {kind} is a whole number from {least} to {most}.'],
  },
  'rating.case-not-closed': {
    zh: ['工单未关闭', '工单尚未关闭，或之后已重新打开，暂不能评价。'],
    en: ['Not closed', 'The case is open, or was reopened since: it can be rated when it is closed.'],
  },
  'rating.already-given': {
    zh: ['已经评价过', '本次服务的 {kind} 评价已经提交，谢谢。'],
    en: ['Rated before', 'This service has its {kind} rating already. Thank you.'],
  },
  'rating.too-late': {
    zh: ['评价期已过', '评价截止于 {until}。'],
    en: ['Too late', 'It could be rated until {until}.'],
  },
  'rating.enquiry': {
    zh: ['咨询不评价', '咨询类工单不做满意度调查。'],
    en: ['No ratings of enquiries', 'Enquiries are not rated.'],
  },
  'rating.by-technician': {
    zh: ['技师不能代评', '满意度评价不能由技师提交。'],
    en: ['Not by a technician', 'A technician does not rate on the customer’s behalf.'],
  },
} as const satisfies RefusalTexts;

/** What stock cards, transfers, counts and adjustments say no to. */
export const stockRefusals = {
  'depot.unknown': {
    zh: ['没有这个网点', '网点不存在，或不在您的权限内。'],
    en: ['No such depot', 'The depot does not exist, or is not yours.'],
  },
  'depot.target-unknown': {
    zh: ['没有这个收货网点', '网点 {to} 尚未登记。'],
    en: ['No such receiving depot', 'Depot {to} is not registered.'],
  },
  'stock.part-unknown': {
    zh: ['没有这个配件', '编号 {partNumber} 的配件尚未登记。'],
    en: ['No such part', 'No part with the number {partNumber} is registered.'],
  },
  'stock.quantity': {
    zh: ['数量无效', '{field} 应为 {least} 至 {most} 的整数。'],
    en: ['Quantity refused', '{field} is a whole number from {least} to {most}.'],
  },
  'stock.not-available': {
    zh: ['可用数量不足', '可用 {available} 件（归属 {owner}），不足 {quantity} 件。'],
    en: ['Not available', '{available} pieces of {owner} are promised to nobody, {quantity} were asked for.'],
  },
  'stock.below-zero': {
    zh: ['库存不能为负', '在库 {onHand} 件（归属 {owner}），不能调整 {by} 件。'],
    en: ['Below zero', '{onHand} pieces of {owner} are on hand: an adjustment by {by} would leave less than none.'],
  },
  'stock.backdated': {
    zh: [
      '早于最近一次出入库',
      '本卡片最近一次变动在 {notBefore}，之前的盘点或出入库不再接受；请按现在的数量重新盘点。',
    ],
    en: [
      'Backdated',
      'The card has moved at {notBefore}: what is dated before it is refused, count what is there now.',
    ],
  },
  'stock.serials-required': {
    zh: ['缺少序列号', '该配件按序列号管理：请填写 {quantity} 个不同的序列号。'],
    en: ['Serials missing', 'The part has serial numbers: give {quantity} different ones.'],
  },
  'stock.serials-not-kept': {
    zh: ['不管理序列号', '该配件不按序列号管理，请勿填写。'],
    en: ['No serials', 'The part has no serial numbers: leave them out.'],
  },
  'stock.serial-given-twice': {
    zh: ['序列号重复', '序列号 {serial} 填写了两次。'],
    en: ['Serial given twice', 'Serial {serial} was given twice.'],
  },
  'stock.serial-not-here': {
    zh: ['序列号不在库', '序列号 {serial} 不在本库（归属 {owner}）。'],
    en: ['Serial not here', 'Serial {serial} is not on this shelf among the pieces of {owner}.'],
  },
  'stock.serial-elsewhere': {
    zh: ['序列号在别处', '序列号 {serial} 已在别的库中，或已发出。'],
    en: ['Serial elsewhere', 'Serial {serial} is on another shelf, or has been sent out.'],
  },
  'stock.owner-unknown': {
    zh: ['归属无效', '归属 {owner} 既不是自有，也不是该配件的厂家。'],
    en: ['No such owner', '{owner} is neither us nor the maker of this part.'],
  },
  'stock.levels': {
    zh: ['上下限无效', '上限 {max} 不能低于下限 {min}。'],
    en: ['Levels refused', 'max {max} lies below min {min}.'],
  },
  'stock.reservation-unknown': {
    zh: ['没有这笔预留', '预留已被盘点或调整取消，申请将自动改派。'],
    en: ['No such reservation', 'A count or an adjustment has taken it away: the request moves on by itself.'],
  },
  'suggestion.unknown': {
    zh: ['没有这条补货建议', '补货建议不存在。'],
    en: ['No such suggestion', 'There is no such suggestion.'],
  },
  'suggestion.already-decided': {
    zh: ['补货建议已处理', '补货建议 {suggestionId} 已采纳、忽略或失效。'],
    en: ['Already decided', 'Suggestion {suggestionId} was accepted, dismissed or withdrawn before.'],
  },
  'transfer.unknown': {
    zh: ['没有这张调拨单', '调拨单不存在，或不在您的权限内。'],
    en: ['No such transfer', 'The transfer does not exist, or is not yours.'],
  },
  'transfer.same-depot': {
    zh: ['收发网点相同', '不能调拨给自己。'],
    en: ['Same depot', 'A depot does not send to itself.'],
  },
  'transfer.already-dispatched': {
    zh: ['已发出', '调拨单已发出。'],
    en: ['Already dispatched', 'The transfer has left before.'],
  },
  'transfer.not-dispatched': {
    zh: ['尚未发出', '调拨单尚未发出，不能收货。'],
    en: ['Not dispatched', 'The transfer has not left yet.'],
  },
  'transfer.already-received': {
    zh: ['已收货', '调拨单已收货。'],
    en: ['Already received', 'The transfer was received before.'],
  },
  'transfer.more-than-sent': {
    zh: ['超过发出数量', '发出 {sent} 件，收货不能更多。'],
    en: ['More than sent', '{sent} pieces were sent: no more can arrive.'],
  },
  'transfer.serial-not-sent': {
    zh: ['序列号未发出', '序列号 {serial} 不在这张调拨单中。'],
    en: ['Serial not sent', 'Serial {serial} was not sent with this transfer.'],
  },
  'adjustment.unknown': {
    zh: ['没有这项调整', '库存调整不存在，或不在您的权限内。'],
    en: ['No such adjustment', 'The adjustment does not exist, or is not yours.'],
  },
  'adjustment.already-decided': {
    zh: ['已处理', '该库存调整已经处理过。'],
    en: ['Already decided', 'The adjustment was decided before.'],
  },
  'adjustment.own-request': {
    zh: ['不能审批自己的申请', '库存调整须由另一人审批。'],
    en: ['Own request', 'An adjustment is decided by another person than the one who asked.'],
  },
} as const satisfies RefusalTexts;
