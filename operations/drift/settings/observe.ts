import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../../docker';
import { type ObservedServices, observeServices } from '../../live';
import type { Unread } from '../finding';
import { unreadOf } from './compare';

/** What the servers say of their settings at one moment: plain data. May hold what must not be printed. */
export interface ObservedSettings extends ObservedServices {
  readonly unread: readonly Unread[];
}

export interface ObserveSettingsOptions {
  /** Names of the services to ask. @default all */
  readonly services?: readonly string[];
}

/** Asks the running servers, each once. Changes nothing. @throws NautilusError NAUT_DOCKER_UNREACHABLE */
export async function observeSettings(
  docker: DockerClient,
  manifest: Manifest,
  options: ObserveSettingsOptions = {},
): Promise<ObservedSettings> {
  const observed = await observeServices(docker, manifest, options);
  return { ...observed, unread: unreadOf(manifest, observed) };
}
