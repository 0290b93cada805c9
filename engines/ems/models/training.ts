import { CodedError } from '@nautilus/core/domain';
import { estimateImpact, observeImpact } from './impact-model';
import { type Recording, signedTrade } from './recorded-market';
import { slippageExamples } from './slippage-data';
import { trainSlippage } from './slippage-training';
import type { TrainedInstrument } from './trained';
import { binVolumes, learnVolumeCurve, regularHours, type VolumeCurve } from './volume-curve';
import { type MarketTrade, trackingErrors } from './volume-evaluation';

/** A recorded session of one instrument. */
export interface TrainingSession {
  readonly recording: Recording;
  /** Times of its first and last event. */
  readonly startNs: number;
  readonly endNs: number;
  readonly tickSize: number;
  /** Most orders that rest at a time. */
  readonly mostOrders: number;
}

export interface ModelTraining {
  readonly symbol: string;
  /** In their order; impact and slippage are learned from the last of them. */
  readonly sessions: readonly TrainingSession[];
  readonly files: TrainedInstrument['source']['files'];
  readonly seed: number;
  /** Pairs of walks for the slippage model. @default 150 */
  readonly pairs?: number;
}

const INSTRUMENT = 1;
const MINUTE_NS = 60e9;
/** Spread and volatility of the first minutes are not those of the day. */
const OPENING_NS = 5 * MINUTE_NS;
const SLICE_NS = 30e9;
/** A session that begins and ends so near to the hours counts as whole. */
const WHOLE_NS = 5 * MINUTE_NS;

/** Learns all that can be learned from recorded sessions of one instrument. @throws CodedError NAUT_TRAINING_TOO_LITTLE */
export function trainModels({ symbol, sessions, files, seed, pairs = 150 }: ModelTraining): TrainedInstrument {
  const last = sessions.at(-1)!;
  const { startNs, endNs, recording, tickSize, mostOrders } = last;
  // Besides the market's orders, two of ours.
  const replay = { instrument: INSTRUMENT, tickSize, capacity: mostOrders + 16 };
  const impact = estimateImpact(observeImpact(recording(), replay, { fromNs: startNs + OPENING_NS, toNs: endNs }));
  const whole = sessions.filter(
    (session) => session.startNs <= regularHours.openNs + WHOLE_NS && session.endNs >= regularHours.closeNs - WHOLE_NS,
  );
  const curve = learnVolumeCurve(
    regularHours,
    whole.filter((session) => session !== last).map((session) => binVolumes(regularHours, tradesOf(session))),
  );
  const slices = Math.max(1, Math.floor((endNs - startNs) / SLICE_NS));
  const tracking = trackingErrors(curve, tradesOf(last), startNs, endNs, slices);
  if (impact === null || tracking === null)
    throw new CodedError({
      code: 'NAUT_TRAINING_TOO_LITTLE',
      message: `${symbol}: in these ${((endNs - startNs) / MINUTE_NS).toFixed(1)} minutes too little trades, or its prices do not change`,
      fix: 'give a recording of ten minutes or more of a market in which the instrument trades',
    });
  const examples = slippageExamples(recording, {
    ...replay,
    seed,
    pairs,
    fromNs: startNs + MINUTE_NS,
    toNs: endNs - 45e9,
  });
  const learned = learnVolumeCurve(
    regularHours,
    whole.map((session) => binVolumes(regularHours, tradesOf(session))),
  );
  return {
    symbol,
    source: { files, fromNs: startNs, toNs: endNs, seed },
    impact,
    volume:
      whole.length === 0
        ? null
        : { hours: regularHours, weights: weightsOf(learned), meanVolume: learned.meanVolume, sessions: whole.length },
    tracking,
    slippage: trainSlippage(examples, { seed }) as TrainedInstrument['slippage'],
  };
}

function tradesOf({ recording }: TrainingSession): MarketTrade[] {
  const market = recording();
  const trades: MarketTrade[] = [];
  while (market.nextTimeNs < Number.POSITIVE_INFINITY) {
    market.take();
    const traded = signedTrade(market);
    if (traded !== 0) trades.push([market.timeNs, Math.abs(traded)]);
  }
  return trades;
}

const weightsOf = (curve: VolumeCurve): number[] => {
  const { openNs, closeNs, bins } = curve.hours;
  const at = (bin: number): number => curve.by(openNs + ((closeNs - openNs) * bin) / bins);
  return Array.from({ length: bins }, (_, bin) => at(bin + 1) - at(bin));
};
