import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { installationRoot, NautilusError, profileArgument, secretsKeeper } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import { reported } from '../terraform/synthesize';
import { SecretMaker } from './keeper';
import { reload } from './reload';

/**
 * Writes one secret into a new file that only its owner can read.
 * @throws NautilusError NAUT_SECRET_UNKNOWN, NAUT_SECRETS_NOT_DEPLOYED, NAUT_FILE_EXISTS
 */
export async function readSecret(docker: DockerClient, manifest: Manifest, file: string, output: string) {
  const known = manifest.secrets.map((secret) => secret.file);
  const content = known.includes(file)
    ? await (await SecretMaker.require(docker, manifest.project)).read(file)
    : undefined;
  if (content === undefined)
    throw new NautilusError({
      code: 'NAUT_SECRET_UNKNOWN',
      message: `there is no secret ${file} in profile ${manifest.profile.name}`,
      details: [`allowed: ${known.join(', ')}`],
      fix: `name one of these files; \`nautilus secrets list --profile ${profileArgument(manifest.profile)}\` says what each is for`,
    });
  try {
    fs.writeFileSync(output, content, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new NautilusError({
      code: 'NAUT_FILE_EXISTS',
      message: `${output} exists already, and nothing is overwritten`,
      fix: 'give another path, or remove that file first',
    });
  }
}

export interface OwnCertificateProps {
  readonly docker: DockerClient;
  readonly manifest: Manifest;
  /** PEM files on this machine: the server certificate first, then those that lead to its authority. */
  readonly certificate: string;
  readonly key: string;
}

/**
 * Puts the operator's own certificate into the volume, through Docker's API: the engine may be on another machine. The gateway
 * takes it at once. Returns the containers that were told.
 * @throws NautilusError NAUT_CERTIFICATE_… when it cannot be used; then nothing was changed
 */
export async function installCertificate({ docker, manifest, certificate, key }: OwnCertificateProps) {
  const maker = await SecretMaker.require(docker, manifest.project);
  const { gateway } = maker.declaration;
  if (gateway?.from !== 'own')
    throw new NautilusError({
      code: 'NAUT_CERTIFICATE_NOT_WANTED',
      message: gateway
        ? 'the platform that is deployed makes its certificate itself (gateway.certificate: platform)'
        : 'the platform that is deployed has no gateway',
      fix: 'set gateway.certificate to own in the profile and deploy; then give the certificate',
    });
  await check(gateway.names, certificate, key);
  const owner = { uid: secretsKeeper.uid, mode: 0o440 };
  const files = [gateway.key.file, gateway.certificate.file];
  await maker.write([
    { name: `${gateway.key.file}.next`, content: fs.readFileSync(key), gid: gateway.key.gid, ...owner },
    {
      name: `${gateway.certificate.file}.next`,
      content: fs.readFileSync(certificate),
      gid: gateway.certificate.gid,
      ...owner,
    },
  ]);
  await maker.whileOpen(async (keeper) => {
    await keeper.prepare(files);
    await keeper.accept(files);
  });
  if (maker.failed) await maker.run();
  const service = manifest.secrets.find(({ file }) => file === gateway.certificate.file)?.service ?? '';
  return reload(docker, manifest, service, [{ how: 'signal', signal: 'SIGHUP' }]);
}

/** The same program that will judge the certificate in its volume judges it here, before anything is changed. */
async function check(names: readonly string[], certificate: string, key: string): Promise<void> {
  const program = path.join(installationRoot(), 'dist', 'engines', 'secrets.js');
  try {
    await promisify(execFile)(process.execPath, [program, 'check', names.join(','), certificate, key]);
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw reported(stderr) ?? new NautilusError({ code: 'NAUT_CERTIFICATE_UNREADABLE', message: stderr || message });
  }
}
