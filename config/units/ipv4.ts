import { InvalidValue } from './invalid-value';

function toNumber(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** An IPv4 address. */
export class Ipv4Address {
  static readonly allowed = 'four numbers from 0 to 255, such as "172.20.0.41"';

  private constructor(readonly number: number) {}

  static fromNumber(number: number) {
    return new Ipv4Address(number >>> 0);
  }

  static parse(text: string): Ipv4Address {
    const number = toNumber(text);
    if (number === undefined)
      throw new InvalidValue({ value: text, what: 'an IPv4 address', allowed: Ipv4Address.allowed });
    return new Ipv4Address(number);
  }

  equals(other: Ipv4Address) {
    return this.number === other.number;
  }

  toString(): string {
    return [24, 16, 8, 0].map((shift) => (this.number >>> shift) & 255).join('.');
  }
  toJSON(): string {
    return this.toString();
  }
}

/** An IPv4 network in CIDR notation. */
export class Ipv4Subnet {
  static readonly allowed = 'a network in CIDR notation with no host bits, /8 to /28, such as "172.20.0.0/16"';

  private constructor(
    readonly network: Ipv4Address,
    readonly prefixLength: number,
  ) {}

  static parse(text: string): Ipv4Subnet {
    const match = /^([\d.]+)\/(\d{1,2})$/.exec(text);
    const number = match ? toNumber(match[1]!) : undefined;
    const prefix = Number(match?.[2]);
    const size = 2 ** (32 - prefix);
    if (number === undefined || prefix < 8 || prefix > 28 || number % size !== 0)
      throw new InvalidValue({
        value: text,
        what: 'a subnet',
        allowed: Ipv4Subnet.allowed,
        fix:
          number !== undefined && prefix >= 8 && prefix <= 28
            ? `write "${Ipv4Address.fromNumber(number - (number % size))}/${prefix}"`
            : undefined,
      });
    return new Ipv4Subnet(Ipv4Address.fromNumber(number), prefix);
  }

  /** Addresses in it, network and broadcast included. */
  get size(): number {
    return 2 ** (32 - this.prefixLength);
  }
  get broadcast(): Ipv4Address {
    return Ipv4Address.fromNumber(this.network.number + this.size - 1);
  }

  /** The address with this host number: 41 in 172.20.0.0/16 is 172.20.0.41. Throws InvalidValue outside the subnet. */
  host(hostNumber: number): Ipv4Address {
    if (!Number.isInteger(hostNumber) || hostNumber < 1 || hostNumber > this.size - 2)
      throw new InvalidValue({ value: hostNumber, what: `a host of ${this}`, allowed: `1 to ${this.size - 2}` });
    return Ipv4Address.fromNumber(this.network.number + hostNumber);
  }

  contains(address: Ipv4Address) {
    return address.number >= this.network.number && address.number < this.network.number + this.size;
  }
  overlaps(other: Ipv4Subnet) {
    return this.contains(other.network) || other.contains(this.network);
  }

  toString(): string {
    return `${this.network}/${this.prefixLength}`;
  }
  toJSON(): string {
    return this.toString();
  }
}
