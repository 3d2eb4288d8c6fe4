import { customerIn } from '../demo/cast';
import { Random } from '../demo/random';
import { REGIONS } from '../demo/words';

/** In every serial number of the simulator's machines: by it the board finds them, and a person tells them apart. */
export const SIMULATED = 'SIM-';

const HOUR = 3_600_000;

/** The body of a report as an agent types it, the same for the same words. */
export function newReport(now: number, ...name: readonly (string | number)[]): object {
  const random = new Random('simulator-report', ...name);
  const region = random.pick(REGIONS);
  const { county, siteName, address, contact, machine, assetSerial } = customerIn(region, random);
  const fault = random.pick(machine.faults);
  const kind = random.between(1, 8);
  const at = (hours: number): string => new Date(now + hours * HOUR).toISOString();
  return {
    siteName,
    contact,
    address,
    region: region.name,
    county,
    product: machine.product,
    assetSerial: `${SIMULATED}${assetSerial}`,
    channel: 'phone',
    ...(kind === 1
      ? { caseType: 'enquiry', faultDescription: `${machine.product}，咨询换机油的周期` }
      : { caseType: 'fault', faultDescription: fault.text }),
    ...(kind === 2 ? { customerTime: { from: at(20), to: at(24) } } : {}),
  };
}
