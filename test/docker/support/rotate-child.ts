/** rotate-child PROFILE SERVICE KILL: rotates a service's secrets, and kills itself at the KILLth step. */
import { loadProfile } from '../../../config';
import { DockerClient } from '../../../operations/docker';
import { declaredPlatform, rotateSecrets } from '../../../operations/secrets';

async function main() {
  const [name = '', service = '', kill] = process.argv.slice(2);
  let left = Number(kill);
  const profile = loadProfile(name);
  const docker = DockerClient.detect();
  if (docker === undefined) throw new Error('no Docker engine');
  await rotateSecrets({
    docker,
    manifest: await declaredPlatform(name, profile),
    service,
    listener: () => {
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    },
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
