import { labels, NautilusError, secretsKeeper, volumeName } from '@nautilus/config';
import type { DockerClient } from '../docker';
import { SecretMaker } from './keeper';

/**
 * Gives a volume of an older release to the user that keeps the secrets now; the values stay. Does nothing where it is his.
 * @param image one with `chown` that the engine has
 */
export async function adoptSecrets(docker: DockerClient, project: string, image: string): Promise<void> {
  const maker = await SecretMaker.find(docker, project);
  const volume = volumeName({ project }, 'secrets');
  const volumes = await docker.volumes({ [labels.project]: project });
  if (maker?.user === secretsKeeper.name || !volumes.some(({ Name }) => Name === volume)) return;
  const { Id } = await docker.post<{ Id: string }>('/containers/create', {
    Image: image,
    User: '0',
    Entrypoint: ['chown'],
    Cmd: ['-R', String(secretsKeeper.uid), '/volume'],
    Labels: { [labels.project]: project },
    HostConfig: {
      Mounts: [{ Type: 'volume', Source: volume, Target: '/volume', VolumeOptions: { NoCopy: true } }],
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: ['CHOWN'],
      SecurityOpt: ['no-new-privileges:true'],
    },
  });
  try {
    await docker.post(`/containers/${Id}/start`);
    const { StatusCode } = await docker.post<{ StatusCode: number }>(`/containers/${Id}/wait`);
    if (StatusCode !== 0)
      throw new NautilusError({
        code: 'NAUT_SECRETS_OWNER',
        message: `the volume ${volume} of an older release could not be given to user ${secretsKeeper.uid}: ${await docker.logs(Id, 3)}`,
        fix: `docker run --rm --user 0 -v ${volume}:/v ${image} chown -R ${secretsKeeper.uid} /v`,
      });
  } finally {
    await docker.delete(`/containers/${Id}`, { force: true });
  }
}

/**
 * The container that makes the secrets did so: terraform does not look at how it ended. One that failed runs once more.
 * @throws NautilusError what its program says is wrong
 */
export async function requireSecrets(docker: DockerClient, project: string): Promise<void> {
  const maker = await SecretMaker.find(docker, project);
  if (maker?.failed) await maker.run();
}
