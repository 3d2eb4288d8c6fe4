/** Reference data by id and in pages: what was posted, and which version of it stands. */
export interface Versioned {
  /** Of its own stream; equals the ETag of the one thing. */
  readonly version: number;
}
export interface TechnicianRecordView extends Versioned {
  readonly id: string;
  /** null for callers without personal data. */
  readonly name: string | null;
  readonly homeDepot: string;
  readonly regions: readonly string[];
  readonly skills: readonly string[];
  readonly languages: readonly string[];
  readonly active: boolean;
}
export interface DepotView extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly kind: 'factory' | 'region' | 'city' | 'county' | 'van';
  readonly parent: string | null;
  readonly region: string;
  readonly county: string | null;
  /** Of a van. */
  readonly technicianId: string | null;
}
export interface PartView extends Versioned {
  readonly partNumber: string;
  readonly name: string;
  readonly class: 'wear' | 'special' | 'general';
  readonly packSize: number;
  readonly serialised: boolean;
  readonly substitutes: readonly string[];
  readonly makerId: string | null;
}
export interface MachinePopulationView extends Versioned {
  readonly county: string;
  readonly product: string;
  readonly count: number;
}
export interface PolicyTargetView {
  readonly target: string;
  /** null for customerPromise: it is due at the promise's end. */
  readonly within: string | null;
  readonly warnAt: readonly number[];
  readonly pausedBy: readonly string[];
}
export interface SlaPolicyView extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly match: {
    readonly priority?: string;
    readonly region?: string;
    readonly county?: string;
    readonly caseType?: string;
    readonly product?: string;
    readonly season?: { readonly from: string; readonly to: string };
  };
  readonly zone: string;
  readonly targets: readonly PolicyTargetView[];
  readonly lateFactLimit: string;
  /** null: built in, in force where no published policy matches. */
  readonly inForceFrom: string | null;
}
export interface ReferencePage {
  /** 1-200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}
