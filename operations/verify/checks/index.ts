import type { Check } from '../check';
import { backendChecks } from './backend';
import { containerChecks } from './containers';
import { databaseChecks } from './databases';
import { edgeChecks } from './edge';
import { engineChecks } from './engines';
import { hardwareChecks } from './hardware';
import { laterChecks } from './later';
import { monitoringChecks } from './monitoring';
import { tradingChecks } from './trading';

/** Everything that the requirements verify, in the order in which a person would look. */
export const checks: readonly Check[] = [
  ...containerChecks,
  ...engineChecks,
  ...backendChecks,
  ...databaseChecks,
  ...monitoringChecks,
  ...edgeChecks,
  ...hardwareChecks,
  ...tradingChecks,
  ...laterChecks,
];
