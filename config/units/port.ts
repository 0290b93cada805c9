import { InvalidValue } from './invalid-value';

/** A TCP port. */
export class Port {
  static readonly allowed = 'a whole number from 1 to 65535';

  private constructor(readonly number: number) {}

  static of(number: number): Port {
    if (!Number.isInteger(number) || number < 1 || number > 65_535)
      throw new InvalidValue({ value: number, what: 'a TCP port', allowed: Port.allowed });
    return new Port(number);
  }

  toString(): string {
    return String(this.number);
  }
  toJSON(): number {
    return this.number;
  }
}
