import type { Random } from '@nautilus/core/numerics';

/** Rates a second, without what the process excites itself to; and children of type `row` that an event of type `column` has, on average. */
export interface HawkesParameters {
  readonly base: readonly number[];
  readonly offspring: readonly (readonly number[])[];
  /** How fast excitement fades, a second. */
  readonly decay: number;
}

/**
 * Events of several types that make one another more likely: a multivariate Hawkes process with exponential kernels of one decay β,
 * λᵢ(t) = μᵢ + Σⱼ Σₖ nᵢⱼ β e^(−β (t − tⱼₖ)) (Hawkes 1971). It is sampled exactly and at a constant cost an event: what is above the base
 * fades as one exponential, so the time to the next event is the smaller of an exponential one and one by inversion (Dassios and Zhao
 * 2013, "Exact simulation of Hawkes process with exponentially decaying intensity", algorithm 3.1).
 */
export class Hawkes {
  /** Of the last event: seconds from the start, and its type. */
  time = 0;
  type = 0;
  /** By type, above the base, right after the last event. */
  private readonly excited: Float64Array;
  /** By cause and effect: what an event adds. */
  private readonly jumps: Float64Array;
  private readonly types: number;
  private readonly baseRate: number;

  constructor(
    private readonly parameters: HawkesParameters,
    private readonly random: Random,
  ) {
    const { base, offspring, decay } = parameters;
    this.types = base.length;
    this.excited = new Float64Array(this.types);
    this.jumps = new Float64Array(this.types * this.types);
    for (let cause = 0; cause < this.types; cause++)
      for (let effect = 0; effect < this.types; effect++)
        this.jumps[cause * this.types + effect] = offspring[effect]![cause]! * decay;
    this.baseRate = base.reduce((sum, rate) => sum + rate, 0);
  }

  /** Goes to the next event. */
  next(): void {
    const { excited, random, types } = this;
    const { base, decay } = this.parameters;
    let above = 0;
    for (let type = 0; type < types; type++) above += excited[type]!;
    let wait = random.exponential() / this.baseRate;
    // That the fading part has an event at all has the probability 1 − e^(−above / β).
    const left = 1 - (random.exponential() * decay) / above;
    if (above > 0 && left > 0) wait = Math.min(wait, -Math.log(left) / decay);
    this.time += wait;
    const fade = Math.exp(-decay * wait);
    let total = 0;
    for (let type = 0; type < types; type++) {
      excited[type]! *= fade;
      total += base[type]! + excited[type]!;
    }
    let aim = random.uniform() * total;
    let type = 0;
    while (type < types - 1) {
      aim -= base[type]! + excited[type]!;
      if (aim < 0) break;
      type++;
    }
    this.type = type;
    for (let effect = 0; effect < types; effect++) excited[effect]! += this.jumps[type * types + effect]!;
  }
}
