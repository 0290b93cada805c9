import { CpuCores, Duration, Ipv4Address, Ipv4Subnet, MemorySize, NautilusError, Port } from '@nautilus/config';
import fc from 'fast-check';

const codeOf = (body: () => unknown) => {
  try {
    body();
  } catch (error) {
    return error instanceof NautilusError ? `${error.code} ${error.fix ?? ''}`.trim() : String(error);
  }
  return 'accepted';
};

describe('an amount of memory', () => {
  const four = MemorySize.parse('4GiB');

  test('is printed in the dialect of each tool, all of the same bytes', () => {
    expect(four.bytes).toBe(4 * 1024 ** 3);
    expect(four.toDockerMebibytes()).toBe(4096);
    expect(four.toPostgres()).toBe('4GB');
    expect(four.toRedis()).toBe('4gb');
    expect(four.toMountOption()).toBe('4g');
    expect(four.toString()).toBe('4.0 GiB');
    expect(four.toJSON()).toBe('4GiB');
  });

  test('keeps a fraction by taking a smaller unit', () => {
    expect(MemorySize.parse('1.5GiB').toPostgres()).toBe('1536MB');
    expect(MemorySize.bytes(1023).toPostgres()).toBe('0kB');
    expect(MemorySize.bytes(1025).toRedis()).toBe('1025b');
  });

  test.each([
    ['8GB', 'NAUT_UNIT write "8GiB"'],
    ['64mb', 'NAUT_UNIT write "64MiB"'],
    ['4G', 'NAUT_UNIT write "4GiB"'],
    ['512', 'NAUT_UNIT write "512MiB"'],
    ['plenty', 'NAUT_VALUE'],
    ['-1GiB', 'NAUT_VALUE'],
  ])('%s is refused, with what may have been meant', (text, expected) => {
    expect(codeOf(() => MemorySize.parse(text))).toBe(expected);
  });

  test('reads what it wrote, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 50 }),
        (bytes) => MemorySize.parse(MemorySize.bytes(bytes).toJSON()).bytes === bytes,
      ),
    );
  });

  test('never becomes less than nothing', () => {
    expect(MemorySize.mebibytes(1).minus(four)).toEqual(MemorySize.zero);
  });

  test('is rounded down to whole steps', () => {
    expect(four.times(0.3).floorTo(MemorySize.mebibytes(64))).toEqual(MemorySize.mebibytes(1216));
  });
});

describe('a number of CPU cores', () => {
  test.each([
    [2, '2.0'],
    [1.5, '1.5'],
    [0.25, '0.25'],
  ])('%d is %s to Terraform: a decimal string with a fraction', (count, text) => {
    expect(CpuCores.of(count).toTerraform()).toBe(text);
  });
  test('is billionths of a core to the Docker API, 1024 shares a core', () => {
    expect(CpuCores.of(1.5).toNanoCpus()).toBe(1_500_000_000);
    expect(CpuCores.of(1.5).toShares()).toBe(1536);
  });
  test.each([0, -1, Number.NaN, 0.001, 1e9])('%d is refused', (count) => {
    expect(codeOf(() => CpuCores.of(count))).toBe('NAUT_VALUE');
  });
});

describe('a duration', () => {
  test.each([
    ['5s', '5s', '5s', '5s'],
    ['90s', '1m30s', '90s', '90s'],
    ['60s', '1m0s', '1min', '1m'],
    ['500ms', '500ms', '500ms', '500ms'],
    ['1500ms', '1.5s', '1500ms', '1500ms'],
    ['90d', '2160h0m0s', '90d', '90d'],
    ['1h30m', '1h30m0s', '90min', '90m'],
  ])('%s is %s to Go, %s to PostgreSQL and %s to Prometheus', (text, go, postgres, prometheus) => {
    const duration = Duration.parse(text);
    expect([duration.toGo(), duration.toPostgres(), duration.toPrometheus()]).toEqual([go, postgres, prometheus]);
  });
  test.each([
    ['90', 'NAUT_UNIT write "90s"'],
    ['5 seconds', 'NAUT_UNIT'],
    ['soon', 'NAUT_VALUE'],
  ])('%s is refused', (text, expected) => {
    expect(codeOf(() => Duration.parse(text))).toBe(expected);
  });
});

describe('an IPv4 subnet', () => {
  const subnet = Ipv4Subnet.parse('172.20.0.0/16');

  test('gives the address of a host number', () => {
    expect(subnet.host(41).toString()).toBe('172.20.0.41');
    expect(subnet.host(256).toString()).toBe('172.20.1.0');
    expect(subnet.broadcast.toString()).toBe('172.20.255.255');
  });
  test('has no host beyond its size', () => {
    expect(codeOf(() => Ipv4Subnet.parse('10.0.0.0/28').host(15))).toBe('NAUT_VALUE');
  });
  test('contains its own addresses and no others', () => {
    expect(subnet.contains(Ipv4Address.parse('172.20.255.255'))).toBe(true);
    expect(subnet.contains(Ipv4Address.parse('172.21.0.0'))).toBe(false);
  });
  test('overlaps a larger and a smaller one, and not its neighbour', () => {
    expect(subnet.overlaps(Ipv4Subnet.parse('172.16.0.0/12'))).toBe(true);
    expect(subnet.overlaps(Ipv4Subnet.parse('172.20.9.0/24'))).toBe(true);
    expect(subnet.overlaps(Ipv4Subnet.parse('172.21.0.0/16'))).toBe(false);
  });
  test('with host bits is refused and corrected', () => {
    expect(codeOf(() => Ipv4Subnet.parse('172.20.0.1/16'))).toBe('NAUT_VALUE write "172.20.0.0/16"');
  });
  test('above 128.0.0.0 is no negative number', () => {
    expect(Ipv4Subnet.parse('192.168.7.0/24').host(1).toString()).toBe('192.168.7.1');
  });
});

test.each([0, 65_536, 1.5])('%d is no TCP port', (number) => {
  expect(codeOf(() => Port.of(number))).toBe('NAUT_VALUE');
});
