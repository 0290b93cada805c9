import { InvalidValue } from './invalid-value';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof units;

/** A span of time in whole milliseconds. */
export class Duration {
  static readonly pattern = /^(\d+(ms|s|m|h|d))+$/;
  static readonly allowed = 'numbers with ms, s, m, h or d, such as "500ms", "1m30s" or "90d"';

  private constructor(readonly milliseconds: number) {}

  static milliseconds(count: number): Duration {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new InvalidValue({
        value: count,
        what: 'a duration',
        allowed: 'a whole number of milliseconds, 0 or more',
      });
    return new Duration(count);
  }
  static seconds(count: number) {
    return Duration.milliseconds(Math.round(count * units.s));
  }
  static minutes(count: number) {
    return Duration.milliseconds(Math.round(count * units.m));
  }

  /** Reads `500ms`, `1m30s`, `90d`. Throws InvalidValue. */
  static parse(text: string): Duration {
    if (!Duration.pattern.test(text))
      throw new InvalidValue({
        code: /^\d/.test(text) ? 'NAUT_UNIT' : 'NAUT_VALUE',
        value: text,
        what: 'a duration',
        allowed: Duration.allowed,
        fix: /^\d+$/.test(text) ? `write "${text}s"` : undefined,
      });
    const parts = text.matchAll(/(\d+)(ms|s|m|h|d)/g);
    return Duration.milliseconds(
      [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as Unit], 0),
    );
  }

  get seconds(): number {
    return this.milliseconds / units.s;
  }

  /** As Go prints it, and the Docker provider with it: `500ms`, `5s`, `1m0s`, `1h0m0s`. */
  toGo(): string {
    if (this.milliseconds === 0) return '0s';
    if (this.milliseconds < units.s) return `${this.milliseconds}ms`;
    const hours = Math.floor(this.milliseconds / units.h);
    const minutes = Math.floor((this.milliseconds % units.h) / units.m);
    const seconds = `${(this.milliseconds % units.m) / units.s}s`;
    if (hours > 0) return `${hours}h${minutes}m${seconds}`;
    return minutes > 0 ? `${minutes}m${seconds}` : seconds;
  }
  /** postgresql.conf: `500ms`, `5s`, `15min`, `1h`, `90d`. */
  toPostgres(): string {
    return this.inWhole({ d: 'd', h: 'h', m: 'min', s: 's', ms: 'ms' });
  }
  /** Prometheus flags and rules: `15s`, `90d`. */
  toPrometheus(): string {
    return this.inWhole({ d: 'd', h: 'h', m: 'm', s: 's', ms: 'ms' });
  }
  /** Whole seconds, rounded up: Docker's stop timeout. */
  toWholeSeconds(): number {
    return Math.ceil(this.seconds);
  }
  toString(): string {
    return this.toPrometheus();
  }
  toJSON(): string {
    return this.toPrometheus();
  }

  private inWhole(names: Record<Unit, string>): string {
    const unit =
      (['d', 'h', 'm', 's'] as const).find((name) => this.milliseconds > 0 && this.milliseconds % units[name] === 0) ??
      'ms';
    return `${this.milliseconds / units[unit]}${names[unit]}`;
  }
}
