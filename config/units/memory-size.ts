import { InvalidValue } from './invalid-value';

const units = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;
type Unit = keyof typeof units;

/** What people write and what they may have meant: `16G` is 16·10⁹ here and 16·2³⁰ there, so it is refused. */
const meant: Record<string, Unit> = { k: 'KiB', m: 'MiB', g: 'GiB', t: 'TiB' };

/** An amount of memory in whole bytes. */
export class MemorySize {
  static readonly pattern = /^\d+(\.\d+)?(B|KiB|MiB|GiB|TiB)$/;
  static readonly allowed = 'a number with a binary unit: B, KiB, MiB, GiB or TiB, such as "512MiB" or "1.5GiB"';
  static readonly zero = new MemorySize(0);

  private constructor(readonly bytes: number) {}

  static bytes(bytes: number): MemorySize {
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      throw new InvalidValue({
        value: bytes,
        what: 'an amount of memory',
        allowed: 'a whole number of bytes, 0 or more',
      });
    return new MemorySize(bytes);
  }
  static kibibytes(count: number) {
    return MemorySize.bytes(Math.round(count * units.KiB));
  }
  static mebibytes(count: number) {
    return MemorySize.bytes(Math.round(count * units.MiB));
  }
  static gibibytes(count: number) {
    return MemorySize.bytes(Math.round(count * units.GiB));
  }

  /** Reads `512MiB`, `1.5GiB`. Decimal and ambiguous units (`16G`, `64mb`) are refused with a proposal. Throws InvalidValue. */
  static parse(text: string): MemorySize {
    const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
    const unit = match?.[2] as Unit | undefined;
    if (match && unit && unit in units) return MemorySize.bytes(Math.round(Number(match[1]) * units[unit]));
    const guess = match ? meant[(match[2] ?? '').charAt(0).toLowerCase()] : undefined;
    throw new InvalidValue({
      code: match ? 'NAUT_UNIT' : 'NAUT_VALUE',
      value: text,
      what: 'an amount of memory',
      allowed: MemorySize.allowed,
      fix: match ? `write "${match[1]}${guess ?? 'MiB'}"` : undefined,
    });
  }

  get mebibytes(): number {
    return this.bytes / units.MiB;
  }
  get gibibytes(): number {
    return this.bytes / units.GiB;
  }

  plus(other: MemorySize) {
    return MemorySize.bytes(this.bytes + other.bytes);
  }
  /** The difference, never below zero. */
  minus(other: MemorySize) {
    return MemorySize.bytes(Math.max(0, this.bytes - other.bytes));
  }
  times(factor: number) {
    return MemorySize.bytes(Math.floor(this.bytes * factor));
  }
  /** Rounded down to a multiple of `step`. */
  floorTo(step: MemorySize) {
    return MemorySize.bytes(this.bytes - (this.bytes % step.bytes));
  }
  atMost(other: MemorySize) {
    return this.bytes <= other.bytes ? this : other;
  }
  atLeast(other: MemorySize) {
    return this.bytes >= other.bytes ? this : other;
  }
  exceeds(other: MemorySize) {
    return this.bytes > other.bytes;
  }
  equals(other: MemorySize) {
    return this.bytes === other.bytes;
  }

  static sum(sizes: Iterable<MemorySize>) {
    return [...sizes].reduce((total, size) => total.plus(size), MemorySize.zero);
  }

  /** Terraform's `docker_container.memory`, `memory_swap`, `shm_size`: whole MiB, rounded down. */
  toDockerMebibytes(): number {
    return Math.floor(this.mebibytes);
  }
  /** postgresql.conf: kB, MB and GB are binary there; rounded down to 1 kB. */
  toPostgres(): string {
    return this.inWhole([
      ['GB', units.GiB],
      ['MB', units.MiB],
      ['kB', units.KiB],
    ]);
  }
  /** redis.conf: `gb`, `mb`, `kb` are binary, `g`, `m`, `k` decimal. */
  toRedis(): string {
    return this.inWhole([
      ['gb', units.GiB],
      ['mb', units.MiB],
      ['kb', units.KiB],
      ['b', 1],
    ]);
  }
  /** Mount options of a tmpfs (`size=64m`): binary there. */
  toMountOption(): string {
    return this.inWhole([
      ['g', units.GiB],
      ['m', units.MiB],
      ['k', units.KiB],
    ]);
  }
  /** For a person: `1.5 GiB`, `512 MiB`. */
  toString(): string {
    if (this.bytes >= units.GiB) return `${this.gibibytes.toFixed(1)} GiB`;
    if (this.bytes >= units.MiB) return `${Math.round(this.mebibytes)} MiB`;
    return this.bytes >= units.KiB ? `${Math.round(this.bytes / units.KiB)} KiB` : `${this.bytes} B`;
  }
  /** As it is written in a profile, exact. */
  toJSON(): string {
    return this.inWhole([
      ['GiB', units.GiB],
      ['MiB', units.MiB],
      ['KiB', units.KiB],
      ['B', 1],
    ]);
  }

  /** In the largest unit that divides it; in the smallest, rounded down, when none does. */
  private inWhole(dialect: readonly (readonly [string, number])[]): string {
    const [name, size] = dialect.find(([, unit]) => this.bytes >= unit && this.bytes % unit === 0) ?? dialect.at(-1)!;
    return `${Math.floor(this.bytes / size)}${name}`;
  }
}
