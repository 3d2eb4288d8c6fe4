import { VersionMismatch } from './errors';
import type { Application } from './application.module';
import { RacingStore, START, agent, applicationOn, registerPlaces, supervisor } from './application.fixture';
import type { CommandOptions } from './handle-case';
import type { StockCommandInput } from './handle-stock';

const LIMIT = 10;
const onCard = { depotId: 'hongqi-d', partNumber: 'belt' } as const;
const onPumps = { depotId: 'hongqi-d', partNumber: 'pump' } as const;
const serialsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);
const second: CommandOptions = { actor: 'qian', roles: ['supervisor'] };

describe('stock commands', () => {
  let store: RacingStore;
  let here: Application;

  beforeEach(async () => {
    store = new RacingStore({ now: () => START });
    here = applicationOn(store, () => START);
    await registerPlaces(here);
    const part = { type: 'RegisterPart', class: 'wear', packSize: 1, substitutes: [] } as const;
    await here.references.handle({ ...part, partNumber: 'belt', name: '皮带', serialised: false }, supervisor);
    await here.references.handle({ ...part, partNumber: 'pump', name: '液压泵', serialised: true }, supervisor);
  });

  const handle = (command: StockCommandInput, options: CommandOptions = agent) => here.stock.handle(command, options);
  const adjust = (by: number, more: object = {}, options: CommandOptions = agent) =>
    handle({ type: 'AdjustStock', ...onCard, by, reason: '盘点', ...more }, options);
  const receive = (quantity: number) => handle({ type: 'ReceiveStock', ...onCard, quantity });
  const lastType = async (stream: string) => (await store.stored(stream)).at(-1)?.type;

  describe('an adjustment', () => {
    it.each([LIMIT, -LIMIT])('by the limit (%i) is booked at once', async (by) => {
      await receive(LIMIT);
      const { id, made } = await adjust(by);
      expect({ id, made }).toEqual({ id: 'hongqi-d:belt', made: {} });
      expect(await lastType('stock:hongqi-d:belt')).toBe('StockAdjusted');
    });

    it.each([LIMIT + 1, -LIMIT - 1])('by one piece more (%i) waits for a second person', async (by) => {
      await receive(LIMIT + 1);
      const { id, made } = await adjust(by);
      expect(made).toEqual({ adjustmentId: id });
      expect(await lastType('stock:hongqi-d:belt')).toBe('StockReceived');
      await handle({ type: 'ApproveAdjustment', adjustmentId: id, depots: ['hongqi-d'] }, second);
      expect(await lastType('stock:hongqi-d:belt')).toBe('StockAdjusted');
    });

    it.each([
      ['below zero', -40, {}, 'stock.below-zero'],
      ['without its serials', 40, onPumps, 'stock.serials-required'],
      ['with serials that are not on the shelf', -40, { ...onPumps, serials: serialsOf(40) }, 'stock.below-zero'],
      ['with serials of a part that has none', 40, { serials: serialsOf(40) }, 'stock.serials-not-kept'],
    ])('that nobody could approve is refused when it is asked for: %s', async (_, by, more, code) => {
      const head = await store.head();
      const few = { ...('serials' in more ? { serials: more.serials.slice(0, 4) } : {}) };
      await expect(adjust(by / 10, { ...more, ...few })).rejects.toMatchObject({ code });
      await expect(adjust(by, more)).rejects.toMatchObject({ code });
      expect(await store.head()).toBe(head);
    });

    it('is asked for where the card allows it, with serials', async () => {
      await expect(adjust(40, { ...onPumps, serials: serialsOf(40) })).resolves.toMatchObject({ created: true });
    });

    it('is decided on the card as it is when it is written', async () => {
      await receive(40);
      const rival = applicationOn(store, () => START).stock;
      store.beforeNextAppend(() => rival.handle({ type: 'CountStock', ...onCard, counted: 3 }, supervisor));
      await expect(adjust(-40)).rejects.toMatchObject({ code: 'stock.below-zero', params: { onHand: 3 } });
    });
  });

  describe('If-Match of an adjustment above the limit', () => {
    it('is the version of the card, and the answer that of the adjustment', async () => {
      await receive(40);
      const { version } = await receive(40);
      const asked = await adjust(-40, {}, { ...agent, ifMatch: version });
      expect({ card: version, adjustment: asked.version }).toEqual({ card: 2, adjustment: 1 });
      expect(await lastType(`stock-adjustment:${asked.id}`)).toBe('AdjustmentRequested');
      await expect(adjust(-40, {}, { ...agent, ifMatch: 1 })).rejects.toThrow(VersionMismatch);
      await expect(adjust(-400, {}, { ...agent, ifMatch: 1 })).rejects.toThrow(VersionMismatch);
    });

    it('is not met any more when the card moves in between', async () => {
      const { version } = await receive(40);
      const rival = applicationOn(store, () => START).stock;
      store.beforeNextAppend(() => rival.handle({ type: 'ReceiveStock', ...onCard, quantity: 1 }, supervisor));
      await expect(adjust(-40, {}, { ...agent, ifMatch: version })).rejects.toThrow(VersionMismatch);
    });
  });

  describe('a supervisor of other depots', () => {
    it.each(['ApproveAdjustment', 'RefuseAdjustment'] as const)('%s: there is no such adjustment', async (type) => {
      await receive(40);
      const { id } = await adjust(-40);
      const head = await store.head();
      for (const depots of [[], ['east-d']]) {
        const decision = handle({ type, adjustmentId: id, depots }, second);
        await expect(decision).rejects.toMatchObject({ code: 'adjustment.unknown' });
      }
      expect(await store.head()).toBe(head);
      for (const depots of [['hongqi-d'], '*'] as const) {
        const { id: another } = await adjust(40);
        await expect(handle({ type, adjustmentId: another, depots }, second)).resolves.toMatchObject({ version: 2 });
      }
    });
  });
});
