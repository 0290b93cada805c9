import { createPrivateKey, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { SecretKeeper } from '../../../engines/secrets';
import { usersAgree } from '../../../engines/secrets/users';
import { bundle, run } from '../child-process';
import { contentOf, emptyVolume } from './volume';

jest.setTimeout(300_000);
const program = bundle(path.join(__dirname, 'crash-child.ts'), emptyVolume().directory);

type Volume = ReturnType<typeof emptyVolume>;

/** Whether the work got to its end, or was killed before its nth step. */
async function killedAt({ declaration }: Volume, work: 'make' | 'rotate', step: number): Promise<boolean> {
  return (await run(program, [JSON.stringify(declaration), work, String(step)]).ended) === 'SIGKILL';
}

/** Files that a reader may meet: not those that are being written. */
const visible = ({ directory }: Volume) =>
  Object.fromEntries(Object.entries(contentOf(directory)).filter(([name]) => !name.includes('.new-')));

function expectWhole(volume: Volume) {
  const content = visible(volume);
  const value = (name: string) => content[name] ?? '';
  for (const { file } of volume.declaration.passwords)
    expect([file, value(file)]).toEqual([file, expect.stringMatching(/^[0-9a-f]{48}$/)]);
  const certificate = new X509Certificate(value('gateway.crt'));
  expect(certificate.checkPrivateKey(createPrivateKey(value('gateway.key')))).toBe(true);
  expect(certificate.verify(new X509Certificate(value('authority.crt')).publicKey)).toBe(true);
  const passwords = { viewer: value('viewer-password'), trader: value('trader-password') };
  expect(usersAgree(value('gateway.htpasswd'), passwords)).toBe(true);
}

test('killed before any step of making the secrets, making them again ends well and keeps every password', async () => {
  let step = 1;
  for (let killed = true; killed; step += 1) {
    const volume = emptyVolume();
    killed = await killedAt(volume, 'make', step);
    const before = visible(volume);
    for (const [name, content] of Object.entries(before)) expect([name, content]).not.toEqual([name, '']);
    await new SecretKeeper(volume.declaration).make();
    expectWhole(volume);
    const after = visible(volume);
    for (const { file } of volume.declaration.passwords)
      if (before[file] !== undefined) expect(after[file]).toBe(before[file]);
  }
  expect(step).toBeGreaterThan(20);
});

test('killed before any step of a rotation, the value that waited comes into force when it is done again', async () => {
  let step = 1;
  for (let killed = true; killed; step += 1) {
    const volume = emptyVolume();
    await new SecretKeeper(volume.declaration).make();
    const old = visible(volume);
    killed = await killedAt(volume, 'rotate', step);
    const between = visible(volume);
    const waiting = between['postgres-password.next'];
    // The file has its old value until the new one is in it: never none, never a third.
    if (killed && waiting !== undefined) expect(between['postgres-password']).toBe(old['postgres-password']);

    const keeper = new SecretKeeper(volume.declaration);
    const files = ['postgres-password', 'viewer-password', 'gateway.crt', 'gateway.key'];
    await keeper.prepare(files);
    keeper.accept(files);
    expectWhole(volume);
    const after = visible(volume);
    if (waiting !== undefined) expect(after['postgres-password']).toBe(waiting);
    for (const file of files) expect(after[file]).not.toBe(old[file]);
    expect(after['trader-password']).toBe(old['trader-password']);
    expect(Object.keys(after).filter((name) => name.endsWith('.next'))).toEqual([]);
  }
  expect(step).toBeGreaterThan(15);
});
