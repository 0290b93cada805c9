import { figuresOf } from './harness/program';
import type { Measure } from './harness/sides';

/** Sides that print a figure and then what they found, which must be the same. */
export class Agreement {
  private found: string | undefined;

  side(command: string, ...args: string[]): Measure {
    return () => {
      const [[figure], found] = figuresOf(command, args) as [[number], number[]];
      this.found ??= String(found);
      if (String(found) !== this.found) throw new Error(`${args.join(' ')} found ${found}, another side ${this.found}`);
      return figure;
    };
  }
}
