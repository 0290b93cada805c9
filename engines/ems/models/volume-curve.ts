import { CodedError } from '@nautilus/core/domain';
import type { Schedule } from './schedule';

/** When an instrument trades, nanoseconds on the market's clock, and in how many bins of that time volume is counted. */
export interface SessionHours {
  readonly openNs: number;
  readonly closeNs: number;
  readonly bins: number;
}

/** NASDAQ's regular hours in bins of a minute. */
export const regularHours: SessionHours = { openNs: 34_200e9, closeNs: 57_600e9, bins: 390 };

/** Volumes of a session's bins: hand it every trade. */
export function binVolumes(
  hours: SessionHours,
  trades: Iterable<readonly [timeNs: number, quantity: number]>,
): Float64Array {
  const volumes = new Float64Array(hours.bins);
  for (const [timeNs, quantity] of trades) {
    const bin = Math.floor(((timeNs - hours.openNs) / (hours.closeNs - hours.openNs)) * hours.bins);
    if (bin >= 0 && bin < hours.bins) volumes[bin]! += quantity;
  }
  return volumes;
}

/** How an instrument's volume is usually spread over its day: a share of it a bin, linear within. */
export class VolumeCurve {
  private readonly done: Float64Array;

  /** @param weights of the bins, none negative, not all zero; their sum does not matter */
  constructor(
    readonly hours: SessionHours,
    weights: Float64Array,
    /** Mean volume of a day, shares; 0 when no day was seen. */
    readonly meanVolume = 0,
  ) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (weights.length !== hours.bins || !(total > 0 && Number.isFinite(total)) || weights.some((weight) => weight < 0))
      throw new CodedError({
        code: 'NAUT_VOLUME_CURVE',
        message: `a volume curve of ${weights.length} weights with the sum ${total}; allowed: ${hours.bins} from 0, not all 0`,
        fix: 'learn the curve again: nautilus train',
      });
    this.done = new Float64Array(hours.bins + 1);
    for (let bin = 0; bin < hours.bins; bin++) this.done[bin + 1] = this.done[bin]! + weights[bin]! / total;
  }

  static flat(hours: SessionHours = regularHours): VolumeCurve {
    return new VolumeCurve(hours, new Float64Array(hours.bins).fill(1));
  }

  /** Fraction of a day's volume that is usually traded by a time. Path code. */
  by(timeNs: number): number {
    const { openNs, closeNs, bins } = this.hours;
    const at = ((timeNs - openNs) / (closeNs - openNs)) * bins;
    if (at <= 0) return 0;
    if (at >= bins) return 1;
    const bin = Math.floor(at);
    const before = this.done[bin]!;
    return before + (this.done[bin + 1]! - before) * (at - bin);
  }

  /** The static VWAP schedule: equal slices of time, parts as the curve has them. Equal parts where it has no volume at all. */
  schedule(startNs: number, endNs: number, slices: number): Schedule {
    const from = this.by(startNs);
    const all = this.by(endNs) - from;
    return Float64Array.from({ length: slices }, (_, slice) => {
      const part = (slice + 1) / slices;
      return all > 0 && part < 1 ? (this.by(startNs + (endNs - startNs) * part) - from) / all : part;
    });
  }
}

/**
 * Learns a curve from the volumes of whole sessions. Each session counts the same, however much was traded; as long as they are
 * few the curve stays near the prior, which counts as so many sessions (the posterior mean of a Dirichlet prior).
 */
export function learnVolumeCurve(
  hours: SessionHours,
  sessions: readonly Float64Array[],
  { prior = new Float64Array(hours.bins).fill(1 / hours.bins), priorSessions = 2 } = {},
): VolumeCurve {
  const weights = prior.map((weight) => weight * priorSessions);
  let volume = 0;
  let traded = 0;
  for (const session of sessions) {
    const total = session.reduce((sum, value) => sum + value, 0);
    if (total === 0) continue;
    volume += total;
    traded++;
    for (let bin = 0; bin < hours.bins; bin++) weights[bin]! += session[bin]! / total;
  }
  return new VolumeCurve(hours, weights, traded === 0 ? 0 : volume / traded);
}

const NS_PER_MINUTE = 60e9;
/** What a prior is worth beside today's market: minutes of it for the shape, and a part of a day for the level. */
const SHAPE_MINUTES = 5;
const LEVEL_DAYS = 0.05;
/** The first second counts as one moment: the logarithm of a curve has no value at the open. */
const FIRST_MOMENT_NS = 1e9;

/**
 * One instrument's volume as today goes on: the usual curve c, bent to c^a. An exponent below 1 is a day whose volume comes earlier
 * than usual. For Poisson arrivals with the expected volume V·c^a the likeliest exponent is n / Σ ln(c(now)/c(tᵢ)) (Crow 1974, the
 * power-law process); a gamma prior with mean 1 adds the same minutes above and below. The day's level is gamma-Poisson too. Path code.
 */
export class VolumeForecast {
  private volume = 0;
  private logMoment = 0;

  constructor(private readonly curve: VolumeCurve) {}

  /** A trade of others. */
  trade(timeNs: number, quantity: number): void {
    this.volume += quantity;
    this.logMoment += quantity * Math.log(this.usual(timeNs));
  }

  /** How today bends the usual curve: below 1 when volume comes early. */
  exponent(nowNs: number): number {
    const { openNs, closeNs } = this.curve.hours;
    const minutes = (Math.min(nowNs, closeNs) - openNs) / NS_PER_MINUTE;
    if (this.volume === 0 || minutes <= 0) return 1;
    const meanLog = Math.max(0, Math.log(this.usual(nowNs)) - this.logMoment / this.volume);
    return (SHAPE_MINUTES + minutes) / (SHAPE_MINUTES + minutes * meanLog);
  }

  /**
   * What part of an order should be done at a time: the market's volume up to then, as far as it is known now and expected from now
   * on, as part of all from the order's start to its end. At the end exactly 1.
   *
   * @param volume that others have traded since the order's start
   */
  fraction(startNs: number, endNs: number, volume: number, nowNs: number, atNs: number): number {
    if (atNs >= endNs) return 1;
    const exponent = this.exponent(nowNs);
    const level = this.level(nowNs, exponent);
    if (level === 0) {
      const all = this.curve.by(endNs) - this.curve.by(startNs);
      return all > 0 ? (this.curve.by(atNs) - this.curve.by(startNs)) / all : (atNs - startNs) / (endNs - startNs);
    }
    const all = volume + level * this.between(nowNs, endNs, exponent);
    return all > 0
      ? (volume + level * this.between(nowNs, atNs, exponent)) / all
      : (atNs - startNs) / (endNs - startNs);
  }

  /** Volume of the whole day, shares, as expected now. */
  private level(nowNs: number, exponent: number): number {
    const days = this.curve.meanVolume > 0 ? LEVEL_DAYS : 0;
    const passed = days + this.usual(nowNs) ** exponent;
    return (days * this.curve.meanVolume + this.volume) / passed;
  }

  private between(fromNs: number, toNs: number, exponent: number): number {
    return Math.max(0, this.usual(toNs) ** exponent - this.usual(fromNs) ** exponent);
  }

  private usual(timeNs: number): number {
    const { curve } = this;
    return Math.max(curve.by(timeNs), curve.by(curve.hours.openNs + FIRST_MOMENT_NS), Number.MIN_VALUE);
  }
}
