import type { Register } from '../command';
import { registerBench } from './bench';
import { registerDeploy } from './deploy';
import { registerDestroy } from './destroy';
import { registerDiff } from './diff';
import { registerDoctor } from './doctor';
import { registerDrift } from './drift';
import { registerJournal } from './journal';
import { registerLedger } from './ledger';
import { registerLocal } from './local';
import { registerMarketData } from './marketdata';
import { registerMemory } from './memory';
import { registerOrders } from './orders';
import { registerPositions } from './positions';
import { registerProfiles } from './profiles';
import { registerReconcile } from './reconcile';
import { registerReplay } from './replay';
import { registerReplayJournal } from './replay-journal';
import { registerSecrets } from './secrets';
import { registerSynth } from './synth';
import { registerTca } from './tca';
import { registerTrain } from './train';
import { registerTune } from './tune';
import { registerVerify } from './verify';

/** Every subcommand, in the order in which `--help` lists them. */
export const commands: readonly Register[] = [
  registerDoctor,
  registerProfiles,
  registerTune,
  registerSynth,
  registerDiff,
  registerDeploy,
  registerDestroy,
  registerDrift,
  registerVerify,
  registerSecrets,
  registerLocal,
  registerOrders,
  registerPositions,
  registerLedger,
  registerReconcile,
  registerTca,
  registerMarketData,
  registerReplay,
  registerReplayJournal,
  registerTrain,
  registerMemory,
  registerJournal,
  registerBench,
];
