/** Multiplication constants and final mix of MurmurHash3 (Austin Appleby, public domain). */
const C1 = 0xcc9e2d51 | 0;
const C2 = 0x1b873593;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function finish(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A fingerprint of a sequence of 32-bit integers: two MurmurHash3 lanes with different seeds, 64 bits in all. Equal
 * sequences give equal fingerprints on every machine; it protects against mistakes, not against an adversary.
 */
export class StateHash {
  private first = 0x9747b28c | 0;
  private second = 0x3c6ef372;
  private length = 0;

  /** Adds one integer; only its low 32 bits count. */
  add(value: number): void {
    const mixed = Math.imul(rotate(Math.imul(value, C1), 15), C2);
    this.first = (Math.imul(rotate(this.first ^ mixed, 13), 5) + 0xe6546b64) | 0;
    this.second = (Math.imul(rotate(this.second ^ rotate(mixed, 7), 17), 9) + 0x52dce729) | 0;
    this.length++;
  }

  /** Sixteen hexadecimal digits. */
  hex(): string {
    const digits = (hash: number) =>
      finish(hash ^ this.length)
        .toString(16)
        .padStart(8, '0');
    return digits(this.first) + digits(this.second);
  }
}
