import { execFileSync } from 'node:child_process';
import { toTar } from '../../../operations/secrets/archive';

const files = [
  { name: 'gateway.key.next', content: Buffer.from('k'.repeat(700)), uid: 10_002, gid: 10_107, mode: 0o440 },
  { name: 'gateway.crt.next', content: Buffer.from('c'.repeat(512)), uid: 10_002, gid: 10_107, mode: 0o440 },
  { name: 'empty', content: Buffer.alloc(0), uid: 1, gid: 2, mode: 0o600 },
];

test('tar lists the files with their owners, modes and sizes', () => {
  const listed = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: toTar(files), encoding: 'utf8' });
  const lines = listed
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/));
  expect(lines.map(([mode, owner, size, , , name]) => [mode, owner, size, name])).toEqual([
    ['-r--r-----', '10002/10107', '700', 'gateway.key.next'],
    ['-r--r-----', '10002/10107', '512', 'gateway.crt.next'],
    ['-rw-------', '1/2', '0', 'empty'],
  ]);
});

test.each(files)('tar takes $name out as it went in', ({ name, content }) => {
  expect(execFileSync('tar', ['-xOf', '-', name], { input: toTar(files) }).equals(content)).toBe(true);
});
