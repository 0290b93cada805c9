import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import { SecretMaker } from './keeper';

/** A secret as it may be shown: everything but its value. */
export interface ListedSecret {
  readonly file: string;
  /** Service that it guards. */
  readonly service: string;
  readonly readers: readonly string[];
  readonly present: boolean;
  /** ISO 8601. */
  readonly changedAt?: string;
  /** ISO 8601; certificates only. */
  readonly expiresAt?: string;
  /** A rotation was begun and not finished. */
  readonly rotating: boolean;
}

/** Every secret of a deployed platform. Throws NAUT_SECRETS_NOT_DEPLOYED. */
export async function listSecrets(docker: DockerClient, manifest: Manifest): Promise<ListedSecret[]> {
  const maker = await SecretMaker.require(docker, manifest.project);
  const states = new Map((await maker.whileOpen((keeper) => keeper.list())).map((state) => [state.file, state]));
  return manifest.secrets.map(({ file, service, readers }) => {
    const state = states.get(file);
    return {
      file,
      service,
      readers,
      present: state?.present ?? false,
      changedAt: state?.changedAt,
      expiresAt: state?.expiresAt,
      rotating: state?.waits ?? false,
    };
  });
}
