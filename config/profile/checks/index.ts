import { addressesAreRight } from './addresses';
import { stateIsKept } from './backend';
import { bandsAreOrdered, memoryFits, quotasAreShared, quotasFit } from './budget';
import type { Check } from './check';
import { fixSessionsAreRight } from './fix';
import { hardwareExists } from './hardware';
import { portsAreUnique } from './ports';
import { requirementsAreDeployed } from './requires';
import { feedsAreTraded, feedsExist, tradingNamesAreUnique } from './trading';
import { brokerIsNamed, hostsAreConsistent } from './transport';
import { fixVenuesAreRight } from './venues';

/** Every rule about values together, in the order in which their mistakes are told. */
export const checks: readonly Check[] = Object.freeze([
  hardwareExists,
  requirementsAreDeployed,
  bandsAreOrdered,
  memoryFits,
  quotasFit,
  quotasAreShared,
  portsAreUnique,
  addressesAreRight,
  stateIsKept,
  brokerIsNamed,
  hostsAreConsistent,
  tradingNamesAreUnique,
  feedsAreTraded,
  feedsExist,
  fixSessionsAreRight,
  fixVenuesAreRight,
]);
