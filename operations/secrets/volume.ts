import { labels, NautilusError, secretsKeeper, volumeName } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import { SecretMaker } from './keeper';
import { reload } from './reload';
import { temporaryService } from './temporary';

/**
 * Gives a volume of an older release to the user that keeps the secrets now; the values stay. Does nothing where it is his.
 * @param image one with `chown` that the engine has
 */
export async function adoptSecrets(docker: DockerClient, project: string, image: string): Promise<void> {
  const maker = await SecretMaker.find(docker, project);
  const volume = volumeName({ project }, 'secrets');
  const volumes = await docker.volumes({ [labels.project]: project });
  if (maker?.user === secretsKeeper.name || !volumes.some(({ Name }) => Name === volume)) return;
  const owner = {
    Image: image,
    User: '0',
    Entrypoint: ['chown'],
    Cmd: ['-R', String(secretsKeeper.uid), '/volume'],
    Labels: { [labels.project]: project, [labels.service]: temporaryService },
    HostConfig: {
      Mounts: [{ Type: 'volume', Source: volume, Target: '/volume', VolumeOptions: { NoCopy: true } }],
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: ['CHOWN'],
      SecurityOpt: ['no-new-privileges:true'],
    },
  };
  await docker.withContainer(owner, async (id) => {
    if ((await docker.ended(id)) !== 0)
      throw new NautilusError({
        code: 'NAUT_SECRETS_OWNER',
        message: `the volume ${volume} of an older release could not be given to user ${secretsKeeper.uid}: ${await docker.logs(id, 3)}`,
        fix: `docker run --rm --user 0 -v ${volume}:/v ${image} chown -R ${secretsKeeper.uid} /v`,
      });
  });
}

const DAY_MS = 86_400_000;

/**
 * The container that makes the secrets did so: terraform does not look at how it ended. One that failed runs once more, and one
 * that ended more than a day ago, too: a certificate may have come to its last month.
 * @throws NautilusError what its program says is wrong
 */
export async function requireSecrets(docker: DockerClient, project: string): Promise<void> {
  const maker = await SecretMaker.find(docker, project);
  if (maker && (maker.failed || Date.now() - maker.endedAt.getTime() > DAY_MS)) await maker.run();
}

/** Notes which certificate the gateway has. What is returned lets it take another one that is there by then, and names its container. */
export async function certificateWatch(docker: DockerClient, manifest: Manifest): Promise<() => Promise<string[]>> {
  const before = await certificateOf(docker, manifest.project);
  return async () => {
    const now = await certificateOf(docker, manifest.project);
    const service = manifest.secrets.find(({ file }) => file === now?.file)?.service;
    if (!before || !now || service === undefined || before.content.equals(now.content)) return [];
    return reload(docker, manifest, service, [{ how: 'signal', signal: 'SIGHUP' }]);
  };
}

async function certificateOf(docker: DockerClient, project: string) {
  const maker = await SecretMaker.find(docker, project);
  const file = maker?.declaration.gateway?.certificate.file;
  const content = file === undefined ? undefined : await maker?.read(file);
  return file !== undefined && content !== undefined ? { file, content } : undefined;
}
