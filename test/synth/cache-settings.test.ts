import { MemorySize } from '@nautilus/config';
import { tuneRedis } from '@nautilus/constructs';
import { synthesis } from './support/synthesis';

test('a snapshot of a full cache fits its container', () => {
  const limit = MemorySize.gibibytes(6);
  const settings = tuneRedis({ limit, clients: 1000 });
  const bytes = (name: string) => (settings.find((setting) => setting.name === name)!.value as MemorySize).bytes;
  // Measured: 2.05 times the data set while a snapshot is written.
  expect(bytes('maxmemory') * 2.05 + bytes('maxmemory-clients')).toBeLessThanOrEqual(limit.bytes);
});

test('65,000 clients get the files that they need, and the kernel takes as many in its queue', () => {
  const redis = synthesis('m4-max-128gb').stack('foundation').resource.docker_container!.redis!;
  expect(redis.ulimit).toEqual([{ name: 'nofile', soft: 65_032, hard: 65_032 }]);
  expect(redis.sysctls).toEqual({ 'net.core.somaxconn': '65000' });
});

test('the password is neither an argument nor a variable', () => {
  const redis = synthesis('ci').stack('foundation').resource.docker_container!.redis!;
  expect(redis.env ?? []).toEqual([]);
  expect(JSON.stringify(redis.command)).toContain('$(cat /run/secrets/nautilus/redis-password)');
});
