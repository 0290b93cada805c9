import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SecretKeeper } from '../../../engines/secrets';
import { usersAgree, usersFile } from '../../../engines/secrets/users';
import { emptyVolume } from './volume';

/** RFC 2307's {SSHA}, computed by OpenSSL. */
function accepts(line: string, password: string): boolean {
  const bytes = Buffer.from(line.split('{SSHA}')[1] ?? '', 'base64');
  const digest = execFileSync('openssl', ['dgst', '-sha1', '-binary'], {
    input: Buffer.concat([Buffer.from(password), bytes.subarray(20)]),
  });
  return digest.equals(bytes.subarray(0, 20));
}

test('each user has a line with a salted hash of the password in its file', async () => {
  const { declaration, file } = emptyVolume();
  await new SecretKeeper(declaration).make();
  const lines = readFileSync(file('gateway.htpasswd'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual(['viewer', 'trader']);
  for (const line of lines) {
    const password = readFileSync(file(`${line.split(':')[0]}-password`), 'utf8');
    expect([accepts(line, password), accepts(line, `${password} `), line.includes(password)]).toEqual([
      true,
      false,
      false,
    ]);
  }
});

test('the same password gives another line each time', () => {
  const passwords = { viewer: 'same', trader: 'same' };
  const lines = [...usersFile(passwords).split('\n', 2), ...usersFile(passwords).split('\n', 2)];
  expect(new Set(lines.map((line) => line.split(':')[1])).size).toBe(4);
});

test('a file agrees with exactly the users and passwords that it was made from', () => {
  const file = usersFile({ viewer: 'a', trader: 'b' });
  expect(usersAgree(file, { viewer: 'a', trader: 'b' })).toBe(true);
  expect(usersAgree(file, { viewer: 'a', trader: 'c' })).toBe(false);
  expect(usersAgree(file, { viewer: 'a' })).toBe(false);
  expect(usersAgree(`${file}other:{SSHA}x\n`, { viewer: 'a', trader: 'b' })).toBe(false);
  expect(usersAgree('viewer:plain\ntrader:plain\n', { viewer: 'a', trader: 'b' })).toBe(false);
  expect(usersAgree(undefined, { viewer: 'a', trader: 'b' })).toBe(false);
});
