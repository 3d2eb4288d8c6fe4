import type { RecordedEvent } from './message';

/** Few events among many: reference data is read by its types, without a scan of the log. */
export interface ReferenceSource {
  /** Events of these types after a position (exclusive), in order, upcast. */
  readTypes(types: readonly string[], after: bigint): Promise<readonly RecordedEvent[]>;
}
