import {
  wordFor,
  type Language,
  type PartRequestView,
  type StockLineView,
  type WorklistItem,
} from '@fieldcase/contracts';
import { BUSINESS_ZONE, spokenInstant } from '@fieldcase/read-models';
import { markup, type Markup, type Page } from '../../http/page';
import { FORM_STYLE, formWords } from './form-words';

export interface FormDepot {
  readonly id: string;
  readonly name: string;
}

const at = (instant: string, language: Language): string => spokenInstant(Date.parse(instant), language, BUSINESS_ZONE);
const heading = (title: string, depot: FormDepot, now: number, language: Language): Markup => {
  const words = formWords[language];
  return markup`<h1>${title}</h1><p>${words.depot} ${depot.name} (${depot.id}) · ${words.printed} ${spokenInstant(now, language, BUSINESS_ZONE)}</p>`;
};
const ownerOf = (line: StockLineView, language: Language): string =>
  line.owner === 'own' ? formWords[language].own : line.owner;

/** 拣货单: what to take from the shelf, in the order of the promises. */
export function pickListPage(
  depot: FormDepot,
  items: readonly WorklistItem[],
  { language, now, more }: { readonly language: Language; readonly now: number; readonly more: boolean },
): Page {
  const words = formWords[language];
  const rows = items.map(
    (item) => markup`<tr><td class="box"></td><td>${item.partNumber}</td><td>${item.partName ?? ''}</td>
<td class="n">${item.quantity ?? 0}</td><td>${ownersOf(item.lines ?? [], language)}</td><td>${item.serialised ? '____________' : '–'}</td>
<td>${item.caseNumber ?? ''}</td><td>${wordFor(item.priority ?? '', language)}</td><td>${at(item.dueAt, language)}</td></tr>`,
  );
  const head = [
    words.picked,
    words.part,
    words.name,
    words.quantity,
    words.owner,
    words.serials,
    words.caseNumber,
    words.priority,
    words.promised,
  ].map((word) => markup`<th>${word}</th>`);
  const table = markup`<table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`;
  const body = markup`${heading(words.pickList, depot, now, language)}${items.length === 0 ? markup`<p>${words.nothing}</p>` : table}${
    more ? markup`<p>${words.more}</p>` : ''
  }`;
  return { language, title: `${words.pickList} ${depot.name}`, style: FORM_STYLE, body };
}

const ownersOf = (lines: readonly StockLineView[], language: Language): string =>
  lines.map((line) => `${ownerOf(line, language)} ${line.quantity}`).join(', ');

/** 送货单: what goes with the parcel, to be signed by who hands it over and who receives it. */
export function deliveryNotePage(
  depot: FormDepot,
  request: PartRequestView,
  partName: string,
  { language, now }: { readonly language: Language; readonly now: number },
): Page {
  const words = formWords[language];
  const { shipment, shipTo } = request;
  const lines = (shipment?.lines ?? request.lines).map(
    (line) => markup`<tr><td>${request.partNumber}</td><td>${partName}</td><td class="n">${line.quantity}</td>
<td>${ownerOf(line, language)}</td><td>${(line.serials ?? []).join(', ') || (request.serialised ? '____________' : '–')}</td></tr>`,
  );
  const facts: readonly (readonly [string, string | undefined])[] = [
    [words.request, request.partRequestId],
    [words.caseNumber, request.caseNumber],
    [words.priority, wordFor(request.priority, language)],
    [words.promised, at(request.promisedAt, language)],
    [words.technician, shipTo?.technicianId ?? request.technicianId],
    [words.site, shipTo?.siteName],
    [words.contact, shipTo?.contact && `${shipTo.contact.name} ${shipTo.contact.phone}`],
    [words.address, shipTo?.address],
    [words.carrier, [shipment?.carrier, shipment?.trackingNumber].filter((text) => text !== undefined).join(' ')],
    [words.shippedAt, shipment && at(shipment.shippedAt, language)],
  ];
  const told = facts.flatMap(([name, value]) => (value ? [markup`<dt>${name}</dt><dd>${value}</dd>`] : []));
  const head = [words.part, words.name, words.quantity, words.owner, words.serials].map(
    (word) => markup`<th>${word}</th>`,
  );
  const sign = [words.handedOver, words.received].map((word) => markup`<div>${word} · ${words.date}</div>`);
  const body = markup`${heading(words.deliveryNote, depot, now, language)}<dl>${told}</dl>
<table><thead><tr>${head}</tr></thead><tbody>${lines}</tbody></table><div class="sign">${sign}</div>`;
  return { language, title: `${words.deliveryNote} ${request.caseNumber}`, style: FORM_STYLE, body };
}
