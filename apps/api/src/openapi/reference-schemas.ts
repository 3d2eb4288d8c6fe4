import {
  duration,
  durationOrNull,
  flag,
  instantOrNull,
  list,
  object,
  pageOf,
  position,
  ref,
  text,
  textOrNull,
  whole,
  type Schema,
} from './schema-words';

const technician = {
  id: text,
  name: { ...textOrNull, description: 'null for callers without personal data.' },
  homeDepot: text,
  regions: list(text),
  skills: list(text),
  languages: list(text),
  active: flag,
  version: whole,
};
const depot = {
  id: text,
  name: text,
  kind: { type: 'string', enum: ['factory', 'region', 'city', 'county', 'van'] },
  parent: textOrNull,
  region: text,
  county: textOrNull,
  technicianId: textOrNull,
  version: whole,
};
const part = {
  partNumber: text,
  name: text,
  class: { type: 'string', enum: ['wear', 'special', 'general'] },
  packSize: whole,
  serialised: flag,
  substitutes: list(text),
  makerId: textOrNull,
  version: whole,
};
const population = { county: text, product: text, count: whole, version: whole };
const match = object(
  {},
  {
    priority: text,
    region: text,
    county: text,
    caseType: text,
    product: text,
    season: object({ from: text, to: text }),
  },
);
const target = object({
  target: text,
  within: { ...durationOrNull, description: 'null for customerPromise: it is due at the promise’s end.' },
  warnAt: list(whole),
  pausedBy: list(text),
});
const policy = {
  id: text,
  name: text,
  match,
  zone: text,
  targets: list(target),
  lateFactLimit: duration,
  inForceFrom: { ...instantOrNull, description: 'null: built in, in force where no published policy matches.' },
  version: { ...whole, description: 'As clocks name it.' },
};

/** One thing of a list says how far the log had come when it was read. */
const alone = (fields: Readonly<Record<string, Schema>>): Schema => object({ ...fields, position });

export const referenceSchemas: Readonly<Record<string, Schema>> = {
  Technician: alone(technician),
  DepotItem: object(depot),
  Depot: alone(depot),
  DepotPage: pageOf(ref('DepotItem')),
  PartItem: object(part),
  Part: alone(part),
  PartPage: pageOf(ref('PartItem')),
  MachinePopulationItem: object(population),
  MachinePopulation: alone(population),
  MachinePopulationPage: pageOf(ref('MachinePopulationItem')),
  SlaPolicyItem: object(policy),
  SlaPolicy: alone(policy),
  SlaPolicyPage: pageOf(ref('SlaPolicyItem')),
};
