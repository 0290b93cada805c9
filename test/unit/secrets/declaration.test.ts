import { loadProfile, profileNames } from '../../../config';
import { secretsOf } from '../../../constructs/secrets';
import { secretsDeclaration } from '../../../constructs/secrets/declaration';
import { DeclarationSchema } from '../../../engines/secrets';

const declared = (profile: Parameters<typeof secretsDeclaration>[0]) => {
  const { passwords, journalKeys, users, gateway } = DeclarationSchema.parse(secretsDeclaration(profile, '/secrets'));
  const authority = gateway?.from === 'platform' ? [gateway.authority.certificate, gateway.authority.key] : [];
  return [
    ...passwords,
    ...journalKeys,
    ...(users ? [users] : []),
    ...(gateway ? [gateway.certificate, gateway.key] : []),
    ...authority,
  ];
};

test.each(
  profileNames(),
)('profile %s: the program understands its declaration, and makes every secret once', (name) => {
  const profile = loadProfile(name);
  const expected = secretsOf(profile).map(({ file, gid }) => `${file} ${gid}`);
  expect(
    declared(profile)
      .map(({ file, gid }) => `${file} ${gid}`)
      .sort(),
  ).toEqual(expected.sort());
});

test('secrets of services that are not deployed are not made', () => {
  const profile = loadProfile('laptop');
  const { nginx: _, grafana: __, ...services } = profile.services;
  const files = declared({ ...profile, services }).map(({ file }) => file);
  expect(files.filter((file) => file.startsWith('g') || file.startsWith('authority'))).toEqual([]);
  expect(files).toContain('postgres-password');
});

test('with a certificate of the operator there is no authority, and nothing of ours replaces the certificate', () => {
  const profile = loadProfile('laptop');
  const own = { ...profile, gateway: { ...profile.gateway, certificate: 'own' as const } };
  expect(declared(own).map(({ file }) => file)).not.toContain('authority.key');
  const rotations = secretsOf(own).filter(({ file }) => /^gateway\.(crt|key)$/.test(file));
  expect(rotations.map(({ rotation }) => rotation.how)).toEqual(['kept', 'kept']);
});

test('a journal that is encrypted has keys of its engine, which starts again for a new one; others have none', () => {
  const profile = loadProfile('laptop');
  const { oms, pms } = profile.journals;
  const encrypted = { ...profile, journals: { oms: { ...oms, encryption: true }, pms } };
  const { journalKeys } = DeclarationSchema.parse(secretsDeclaration(encrypted, '/secrets'));
  expect(journalKeys).toEqual([{ file: 'oms-journal-keys', gid: 10_108 }]);
  expect(secretsOf(encrypted).find(({ file }) => file === 'oms-journal-keys')).toMatchObject({
    service: 'oms',
    rotation: { how: 'restart' },
  });
  expect(DeclarationSchema.parse(secretsDeclaration(profile, '/secrets')).journalKeys).toEqual([]);
});

test('the password of a broker is kept where a profile names a user of it', () => {
  const profile = loadProfile('laptop');
  const broker = { kind: 'nats', servers: ['a:1'], topics: [], tls: false, replicas: 1, elsewhere: {} } as const;
  const files = (user: string | undefined) =>
    declared({ ...profile, transport: { ...broker, user } }).map(({ file }) => file);
  expect(files('nautilus')).toContain('broker-password');
  expect(files(undefined)).not.toContain('broker-password');
  expect(declared(profile).map(({ file }) => file)).not.toContain('broker-password');
});
