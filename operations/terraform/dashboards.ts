import { readFileSync } from 'node:fs';
import path from 'node:path';
import { containerName, containerPaths, grafana, NautilusError, type Profile, secretFiles } from '@nautilus/config';
import { stackFolder } from '@nautilus/manifest';
import type { DockerClient } from '../docker';

/** The stack whose objects are not Docker's but Grafana's: it is spoken to while it runs. */
export const dashboards = 'dashboards';

/** How long Grafana may take to answer. */
const ANSWER_MS = 5_000;

/** Where terraform's provider finds Grafana, ending in a slash. */
export function grafanaAddress(output: string): string {
  const stack = JSON.parse(readFileSync(path.join(stackFolder(output, dashboards), 'cdk.tf.json'), 'utf8')) as {
    provider: { grafana: readonly { url: string }[] };
  };
  return stack.provider.grafana[0]?.url ?? '';
}

/** Whether Grafana can be reached from this machine now. Never throws. */
export async function grafanaAnswers({ output }: { readonly output: string }): Promise<boolean> {
  try {
    const reply = await fetch(new URL('api/health', grafanaAddress(output)), {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return reply.ok;
  } catch {
    return false;
  }
}

/**
 * What the provider of Grafana authenticates with, for the environment of its terraform alone: read from Grafana's own
 * container at this moment, kept nowhere.
 * @throws NautilusError NAUT_SECRET_MISSING
 */
export async function grafanaEnvironment(
  profile: Pick<Profile, 'project'>,
  docker: Pick<DockerClient, 'readFile'>,
): Promise<Record<string, string>> {
  const container = containerName(profile, 'grafana');
  const file = `${containerPaths.secrets}/${secretFiles.grafana}`;
  const password = (await docker.readFile(container, file)).toString('utf8').trim();
  if (password === '')
    throw new NautilusError({
      code: 'NAUT_SECRET_MISSING',
      message: `${file} in ${container} is empty`,
      fix: 'run `nautilus deploy` again: it makes the secrets that are missing',
    });
  return { GRAFANA_AUTH: `${grafana.user}:${password}` };
}
