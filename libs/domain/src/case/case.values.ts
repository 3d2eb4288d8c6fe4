/** Closed vocabularies that case events and SLA policies both speak; apart so that neither imports the other. */
export type CaseType = 'fault' | 'enquiry' | 'complaint' | 'maintenance' | 'upgrade';
export type Priority = 'normal' | 'urgent' | 'season';
export type PauseReason = 'waiting-customer' | 'waiting-part' | 'weather' | 'road' | 'other';
