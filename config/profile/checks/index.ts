import { addressesAreRight } from './addresses';
import { bandsAreOrdered, memoryFits, quotasFit } from './budget';
import type { Check } from './check';
import { hardwareExists } from './hardware';
import { portsAreUnique } from './ports';
import { feedExists, feedIsTraded, tradingNamesAreUnique } from './trading';

/** Every rule about values together, in the order in which their mistakes are told. */
export const checks: readonly Check[] = Object.freeze([
  hardwareExists,
  bandsAreOrdered,
  memoryFits,
  quotasFit,
  portsAreUnique,
  addressesAreRight,
  tradingNamesAreUnique,
  feedIsTraded,
  feedExists,
]);
