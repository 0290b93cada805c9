import { loadProfile } from '../../../config';
import { secretsOf } from '../../../constructs/secrets';
import type { ManifestSecret } from '../../../manifest';
import { roundsOf, withoutValues } from '../../../operations/secrets/rotate';

const secret = (file: string, rotation: ManifestSecret['rotation']): ManifestSecret => ({
  file,
  service: 'any',
  readers: [],
  rotation,
});

test('a certificate and its key change together, what a server is asked for by itself, what is derived or kept not at all', () => {
  const signal = { how: 'signal', signal: 'SIGHUP' } as const;
  const command = { how: 'command', argv: ['change'], service: 'any', afterwards: { how: 'restart' } } as const;
  const asked = { ...command, argv: ['change'] };
  expect(
    roundsOf([
      secret('a.crt', signal),
      secret('asked', asked),
      secret('derived', { how: 'derived' }),
      secret('a.key', signal),
      secret('kept', { how: 'kept' }),
    ]),
  ).toEqual([
    { files: ['asked'], command: asked, afterwards: [{ how: 'restart' }] },
    { files: ['a.crt', 'a.key'], afterwards: [signal, signal] },
  ]);
});

test('what a server says is shown without the value that may be in it', () => {
  const value = '0f'.repeat(24);
  expect(withoutValues(`ERR '${value}' refused, ${value.toUpperCase()}`)).toBe("ERR '(a value)' refused, (a value)");
});

test('no value, and no way to one outside the files, is on the command line of a rotation', () => {
  for (const { rotation, file } of secretsOf(loadProfile('m4-max-128gb'))) {
    if (rotation.how !== 'command') continue;
    expect([file, rotation.argv.join(' ')]).toEqual([file, expect.not.stringMatching(/PASSWORD=|[0-9a-f]{32}/)]);
  }
});
