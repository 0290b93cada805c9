import { Algorithm } from '@nautilus/core/domain';
import { almgrenChriss } from '../models/almgren-chriss';
import { executionProblem, type ImpactEstimate } from '../models/impact-model';
import { type Schedule, targetAfter } from '../models/schedule';
import type { MarketWatch } from './market-watch';
import type { OrderStore } from './order-store';
import { boundaryNs, cumulativeTarget } from './twap';

const BASIS_POINTS = 10_000;
const NS_PER_SECOND = 1e9;
/** A slice of POV never does more than this many times what the market's volume of the slice before allows. */
const CATCH_UP = 2;
/** Most slices of an order that keeps its schedule in memory. */
export const MOST_SLICES = 10_000;

/** What should be done of an order by the end of each slice, by algorithm. The state of an order is in the store; its schedule, if it has one, here. */
export class Schedules {
  private readonly fixed = new Map<number, Schedule>();
  /** By parent: [end of a slice, shares that were due by then, …], as the slices began. */
  private readonly goals = new Map<number, number[]>();

  constructor(
    private readonly orders: OrderStore,
    private readonly market: MarketWatch,
    private readonly impactOf: (instrument: number) => ImpactEstimate | undefined,
  ) {}

  /** Can the order be scheduled? Implementation shortfall needs a model of the instrument's impact. */
  knows(algorithm: number, instrument: number): boolean {
    return algorithm !== Algorithm.is || this.impactOf(instrument) !== undefined;
  }

  /** A schedule begins, with what is left of the order: at its start, after a restart, after a replace. */
  begin(parent: number): void {
    const { of } = this.orders.parents;
    of.scheduleBase[parent] = of.filled[parent]!;
    of.sliceVolume[parent] = 0;
    of.volumeBase[parent] = this.market.volume(of.instrument[parent]!);
    const late = of.endNs[parent]! <= of.startNs[parent]!;
    if (of.algorithm[parent] !== Algorithm.is) return;
    if (late) this.fixed.delete(parent);
    else this.fixed.set(parent, this.shortfallSchedule(parent));
  }

  /** A slice begins: how many shares should be filled by its end, all in all. */
  goal(parent: number): number {
    const { of } = this.orders.parents;
    const base = of.scheduleBase[parent]!;
    const goal = Math.max(base, Math.min(this.scheduled(parent), this.participating(parent)));
    this.note(parent, goal);
    return goal;
  }

  /** What was due at the ends of the slices that have begun, ascending: [time, shares, …]. */
  goalsOf(parent: number): readonly number[] {
    return this.goals.get(parent) ?? [];
  }

  /** What will be due at the end of a slice, as far as it is known now; undefined when it depends on the market. */
  planned(parent: number, slice: number): number | undefined {
    const { of } = this.orders.parents;
    const base = of.scheduleBase[parent]!;
    const quantity = of.total[parent]! - base;
    const schedule = this.fixed.get(parent);
    if (of.algorithm[parent] === Algorithm.twap)
      return base + cumulativeTarget(quantity, of.slices[parent]!, slice + 1);
    return schedule === undefined ? undefined : base + targetAfter(quantity, schedule, slice);
  }

  /** A new parent in this slot. */
  forget(parent: number): void {
    this.fixed.delete(parent);
    this.goals.delete(parent);
  }

  private scheduled(parent: number): number {
    const { of } = this.orders.parents;
    if (of.algorithm[parent] === Algorithm.pov) return of.total[parent]!;
    const planned = this.planned(parent, of.slice[parent]!);
    if (planned !== undefined) return planned;
    const { nowNs, endNs } = this.sliceOf(parent);
    const base = of.scheduleBase[parent]!;
    const fraction = this.market
      .forecast(of.instrument[parent]!)
      .fraction(of.startNs[parent]!, of.endNs[parent]!, this.volumeSince(parent), nowNs, endNs);
    return base + Math.floor((of.total[parent]! - base) * fraction + 1e-9);
  }

  /** Shares up to which the order keeps to its part of what others have traded since it began; unbounded without one. */
  private participating(parent: number): number {
    const { of } = this.orders.parents;
    const rate = of.participation[parent]!;
    if (rate === 0) return of.total[parent]!;
    const volume = this.volumeSince(parent);
    const allowed = of.scheduleBase[parent]! + Math.floor((volume * rate) / BASIS_POINTS);
    const sliceVolume = volume - of.sliceVolume[parent]!;
    of.sliceVolume[parent] = volume;
    if (of.algorithm[parent] !== Algorithm.pov) return Math.min(allowed, of.total[parent]!);
    const most = of.filled[parent]! + Math.ceil((CATCH_UP * sliceVolume * rate) / BASIS_POINTS);
    return Math.min(allowed, most, of.total[parent]!);
  }

  private volumeSince(parent: number): number {
    const { of } = this.orders.parents;
    return this.market.volume(of.instrument[parent]!) - of.volumeBase[parent]!;
  }

  private sliceOf(parent: number): { readonly nowNs: number; readonly endNs: number } {
    const { of } = this.orders.parents;
    const [startNs, endNs, slices, slice] = [
      of.startNs[parent]!,
      of.endNs[parent]!,
      of.slices[parent]!,
      of.slice[parent]!,
    ];
    return {
      nowNs: boundaryNs(startNs, endNs, slices, slice),
      endNs: boundaryNs(startNs, endNs, slices, slice + 1),
    };
  }

  private shortfallSchedule(parent: number): Schedule {
    const { of } = this.orders.parents;
    const order = {
      quantity: of.total[parent]! - of.filled[parent]!,
      seconds: (of.endNs[parent]! - of.startNs[parent]!) / NS_PER_SECOND,
      slices: of.slices[parent]!,
      riskAversion: of.riskAversion[parent]!,
    };
    return almgrenChriss(executionProblem(this.impactOf(of.instrument[parent]!)!, order)).schedule;
  }

  private note(parent: number, goal: number): void {
    const goals = this.goals.get(parent) ?? [];
    this.goals.set(parent, goals);
    goals.push(this.sliceOf(parent).endNs, goal);
  }
}
