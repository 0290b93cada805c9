import { chmodSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { readKeyFile } from '@nautilus/core/journal';
import { parseDeclaration, SecretKeeper } from '../../../engines/secrets';
import { contentOf, emptyVolume } from './volume';

test('from nothing, everything that is declared is made', async () => {
  const { directory, declaration } = emptyVolume();
  await new SecretKeeper(declaration).make();
  expect(readdirSync(directory).sort()).toEqual([
    'authority.crt',
    'authority.key',
    'gateway.crt',
    'gateway.htpasswd',
    'gateway.key',
    'oms-journal-keys',
    'postgres-password',
    'trader-password',
    'viewer-password',
  ]);
});

test('a password has 192 bits in hexadecimal, and no two are the same', async () => {
  const [one, other] = [emptyVolume(), emptyVolume()];
  for (const { declaration } of [one, other]) await new SecretKeeper(declaration).make();
  const passwords = [one, other].flatMap(({ directory, declaration }) =>
    declaration.passwords.map(({ file }) => contentOf(directory)[file]),
  );
  for (const password of passwords) expect(password).toMatch(/^[0-9a-f]{48}$/);
  expect(new Set(passwords).size).toBe(6);
});

test('the keys of a journal get a line at each rotation, and none is taken away', async () => {
  const { declaration, file } = emptyVolume();
  const keeper = new SecretKeeper(declaration);
  await keeper.make();
  const rotated = async () => {
    await keeper.prepare(['oms-journal-keys']);
    keeper.accept(['oms-journal-keys']);
    return readKeyFile(file('oms-journal-keys'));
  };
  const first = readKeyFile(file('oms-journal-keys'));
  expect([...first.keys.keys()]).toEqual(['k1']);
  const second = await rotated();
  expect(second.current).toBe('k2');
  expect(second.keys.get('k1')).toEqual(first.keys.get('k1'));
  expect([...(await rotated()).keys.keys()]).toEqual(['k1', 'k2', 'k3']);
});

test.each([
  ['missing', undefined, 'holds no key'],
  ['empty', '', 'holds no key'],
  ['cut short', 'k1 dG9vIHNob3J0\n', 'is damaged'],
])('keys that are %s are not rotated: a new one alone opens no journal', async (_, content, told) => {
  const { directory, declaration, file } = emptyVolume();
  const keeper = new SecretKeeper(declaration);
  await keeper.make();
  rmSync(file('oms-journal-keys'));
  if (content !== undefined) writeFileSync(file('oms-journal-keys'), content);
  await expect(keeper.prepare(['oms-journal-keys'])).rejects.toMatchObject({
    code: 'NAUT_SECRETS_KEYS',
    message: expect.stringContaining(told),
  });
  expect(contentOf(directory)['oms-journal-keys']).toBe(content);
  expect(keeper.list().find((secret) => secret.file === 'oms-journal-keys')?.waits).toBe(false);
});

test('every file belongs to its group, may be read by it and written by nobody', async () => {
  const { declaration, file } = emptyVolume();
  await new SecretKeeper(declaration).make();
  const { passwords, journalKeys, users, gateway } = declaration;
  for (const kept of [...passwords, ...journalKeys, users, gateway.certificate, gateway.key, gateway.authority.key]) {
    const { mode, gid } = statSync(file(kept.file));
    expect([kept.file, mode & 0o7777, gid]).toEqual([kept.file, 0o440, kept.gid]);
  }
});

test('made again, nothing changes', async () => {
  const { directory, declaration } = emptyVolume();
  await new SecretKeeper(declaration).make();
  const before = contentOf(directory);
  await new SecretKeeper(declaration).make();
  expect(contentOf(directory)).toEqual(before);
});

test('the passwords of an older release stay, and get their group and mode', async () => {
  const { declaration, file } = emptyVolume();
  writeFileSync(file('postgres-password'), 'from-before');
  chmodSync(file('postgres-password'), 0o644);
  await new SecretKeeper(declaration).make();
  expect(readFileSync(file('postgres-password'), 'utf8')).toBe('from-before');
  expect(statSync(file('postgres-password')).mode & 0o777).toBe(0o440);
});

test('what is missing is made, and an empty file is no value', async () => {
  const { directory, declaration, file } = emptyVolume();
  await new SecretKeeper(declaration).make();
  const before = contentOf(directory);
  rmSync(file('viewer-password'));
  chmodSync(file('trader-password'), 0o600);
  writeFileSync(file('trader-password'), '');
  await new SecretKeeper(declaration).make();
  const after = contentOf(directory);
  for (const name of ['viewer-password', 'trader-password']) expect(after[name]).toMatch(/^[0-9a-f]{48}$/);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(changed.sort()).toEqual(['gateway.htpasswd', 'trader-password', 'viewer-password']);
});

test('a new password waits beside the one in force until it is accepted; the users follow', async () => {
  const { directory, declaration } = emptyVolume();
  const keeper = new SecretKeeper(declaration);
  await keeper.make();
  const before = contentOf(directory);
  await keeper.prepare(['viewer-password']);
  const waiting = contentOf(directory);
  expect(waiting['viewer-password']).toBe(before['viewer-password']);
  expect(waiting['viewer-password.next']).toMatch(/^[0-9a-f]{48}$/);
  expect(keeper.list().find(({ file }) => file === 'viewer-password')).toMatchObject({ present: true, waits: true });
  await keeper.accept(['viewer-password']);
  const after = contentOf(directory);
  expect(after['viewer-password']).toBe(waiting['viewer-password.next']);
  expect(after['viewer-password.next']).toBeUndefined();
  expect(after['gateway.htpasswd']).not.toBe(before['gateway.htpasswd']);
});

test('prepared twice, the same value waits: a server may know it already', async () => {
  const { directory, declaration } = emptyVolume();
  const keeper = new SecretKeeper(declaration);
  await keeper.make();
  await keeper.prepare(['postgres-password']);
  const first = contentOf(directory)['postgres-password.next'];
  await new SecretKeeper(declaration).prepare(['postgres-password']);
  expect(contentOf(directory)['postgres-password.next']).toBe(first);
});

test('accepted twice, the value is the same', async () => {
  const { directory, declaration } = emptyVolume();
  const keeper = new SecretKeeper(declaration);
  await keeper.make();
  await keeper.prepare(['postgres-password']);
  keeper.accept(['postgres-password']);
  const first = contentOf(directory);
  keeper.accept(['postgres-password']);
  expect(contentOf(directory)).toEqual(first);
});

test('making leaves a rotation that is under way alone', async () => {
  const { directory, declaration } = emptyVolume();
  const keeper = new SecretKeeper(declaration);
  await keeper.make();
  await keeper.prepare(['postgres-password', 'gateway.key']);
  const before = contentOf(directory);
  await keeper.make();
  expect(contentOf(directory)).toEqual(before);
});

test('what an interrupted write left is swept away when it is old', async () => {
  const { directory, declaration, file } = emptyVolume();
  for (const name of ['a.new-00aa', 'b.new-00bb']) writeFileSync(file(name), 'left');
  utimesSync(file('a.new-00aa'), 1, 1);
  await new SecretKeeper(declaration).make();
  expect(readdirSync(directory)).toContain('b.new-00bb');
  expect(readdirSync(directory)).not.toContain('a.new-00aa');
});

test('what is listed holds no value', async () => {
  const { directory, declaration } = emptyVolume();
  const keeper = new SecretKeeper(declaration);
  await keeper.make();
  const listed = JSON.stringify(keeper.list());
  for (const content of Object.values(contentOf(directory))) expect(listed).not.toContain(content.trim());
});

test('only a password that is declared can be rotated', async () => {
  const { declaration } = emptyVolume();
  await expect(new SecretKeeper(declaration).prepare(['../etc/shadow'])).rejects.toMatchObject({
    code: 'NAUT_SECRETS_UNKNOWN',
  });
});

test.each([
  ['not JSON', 'x'],
  ['a path for a file', JSON.stringify({ directory: '/v', passwords: [{ file: '../x', gid: 5 }] })],
  ['a key that does not exist', JSON.stringify({ directory: '/v', passwords: [], value: 'x' })],
])('a declaration with %s is refused', (_, text) => {
  expect(() => parseDeclaration(text)).toThrow(expect.objectContaining({ code: 'NAUT_SECRETS_DECLARATION' }));
});

test('a volume that cannot be written to is named, with the way to get it', () => {
  const { declaration } = emptyVolume();
  expect(() => new SecretKeeper({ ...declaration, directory: '/nowhere' })).toThrow(
    expect.objectContaining({ code: 'NAUT_SECRETS_OWNER', fix: expect.stringContaining('nautilus deploy') }),
  );
});
