import type { Language } from '@fieldcase/contracts';

/** What the printed forms say. */
export interface FormWords {
  readonly pickList: string;
  readonly deliveryNote: string;
  readonly depot: string;
  readonly printed: string;
  readonly nothing: string;
  readonly part: string;
  readonly name: string;
  readonly quantity: string;
  readonly owner: string;
  readonly own: string;
  readonly serials: string;
  readonly request: string;
  readonly caseNumber: string;
  readonly promised: string;
  readonly priority: string;
  readonly picked: string;
  readonly technician: string;
  readonly site: string;
  readonly contact: string;
  readonly address: string;
  readonly carrier: string;
  readonly shippedAt: string;
  readonly handedOver: string;
  readonly received: string;
  readonly date: string;
  readonly more: string;
}

export const formWords: Readonly<Record<Language, FormWords>> = {
  'zh-CN': {
    pickList: '拣货单',
    deliveryNote: '送货单',
    depot: '网点',
    printed: '打印时间',
    nothing: '没有待发的备件。',
    part: '配件编号',
    name: '名称',
    quantity: '数量',
    owner: '归属',
    own: '自有',
    serials: '序列号',
    request: '备件申请',
    caseNumber: '工单号',
    promised: '承诺到货',
    priority: '优先级',
    picked: '已拣',
    technician: '收货技师',
    site: '客户',
    contact: '联系人',
    address: '地址',
    carrier: '承运',
    shippedAt: '发货时间',
    handedOver: '发货人签字',
    received: '收货人签字',
    date: '日期',
    more: '还有更多，先处理以上各行后再打印。',
  },
  en: {
    pickList: 'Pick list',
    deliveryNote: 'Delivery note',
    depot: 'Depot',
    printed: 'Printed',
    nothing: 'There is nothing to ship.',
    part: 'Part',
    name: 'Name',
    quantity: 'Quantity',
    owner: 'Owner',
    own: 'own',
    serials: 'Serials',
    request: 'Part request',
    caseNumber: 'Case',
    promised: 'Promised by',
    priority: 'Priority',
    picked: 'Picked',
    technician: 'To technician',
    site: 'Customer',
    contact: 'Contact',
    address: 'Address',
    carrier: 'Carrier',
    shippedAt: 'Shipped',
    handedOver: 'Handed over by',
    received: 'Received by',
    date: 'Date',
    more: 'There is more: print again when these are done.',
  },
};

export const FORM_STYLE = `body{font:14px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#111;
max-width:60rem;margin:1.5rem auto;padding:0 1rem}h1{font-size:1.5rem;margin:0 0 .3rem}p{margin:.2rem 0}
table{border-collapse:collapse;width:100%;margin-top:1rem}th,td{border:1px solid #555;padding:.35rem .5rem;text-align:left;
vertical-align:top}th{background:#eee}td.n{text-align:right}td.box{width:3rem}dl{display:grid;grid-template-columns:max-content 1fr;
gap:.2rem 1rem;margin:1rem 0}dt{color:#444}dd{margin:0}.sign{display:flex;gap:2rem;margin-top:2.5rem}
.sign div{flex:1;border-top:1px solid #111;padding-top:.3rem}tr{break-inside:avoid}thead{display:table-header-group}
@media print{@page{size:A4;margin:14mm}body{margin:0;padding:0;max-width:none;font-size:12px}th{background:none}}`;
