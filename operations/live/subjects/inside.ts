import type { Place } from '../reading';

/** What a command inside the service's container prints. Throws with its output when it does not end well. */
export async function inside({ docker, service }: Place, command: readonly string[]): Promise<string> {
  const { exitCode, output } = await docker.exec(service.container, command);
  if (exitCode !== 0)
    throw new Error(
      `${command[0]} in ${service.container} ended with ${exitCode}: ${output.trim().split('\n').at(-1)}`,
    );
  return output;
}
