import net from 'node:net';
import { deployedServices, labels, profileArgument } from '@nautilus/config';
import { LocalPlatform, localPaths } from '../../local';
import type { Check, Machine } from '../finding';

/** The ports on which the platform listens without Docker are free, or its own already. The cache runs in process there. */
export const ports: Check = async (machine) => {
  const { profile } = machine;
  const wanted = deployedServices(profile).filter(({ name }) => name !== 'redis');
  const deployed = await publishedBy(machine);
  const inDocker = wanted.filter(({ hostPort }) => deployed.has(hostPort.number)).length;
  if (inDocker > 0)
    return [
      {
        name: 'ports',
        state: 'taken',
        found: `${inDocker} of ${wanted.length} are held by the platform that is deployed here in Docker`,
        use: 'local',
        neededFor: 'local mode only: a deployment takes its own ports over',
        fix: `\`nautilus destroy --profile ${profileArgument(profile)}\` (data stays), or exposure.portOffset in a profile of your own`,
      },
    ];
  const running = await new LocalPlatform(localPaths()).status();
  const own = new Set(running.filter(({ pid }) => pid !== null).map(({ port }) => port));
  const taken: string[] = [];
  for (const { name, hostPort } of wanted)
    if (!own.has(hostPort.number) && !(await isFree(hostPort.number))) taken.push(`${hostPort.number} (${name})`);
  const list = wanted.map(({ hostPort }) => hostPort.number).sort((a, b) => a - b);
  return [
    {
      name: 'ports',
      state: taken.length === 0 ? 'ok' : 'taken',
      found:
        taken.length > 0
          ? `taken: ${taken.join(', ')}`
          : `${list.join(' ')}${own.size > 0 ? ', held by the platform that runs here' : ' are free'}`,
      use: 'local',
      neededFor: 'local mode, and the published ports of a deployment',
      ...(taken.length > 0 && {
        fix: 'stop what holds them (the platform in Docker: nautilus destroy), or set exposure.portOffset in a profile of your own',
      }),
    },
  ];
};

/** The host ports of the project's containers on this machine; none where no engine can be asked. */
async function publishedBy({ docker, profile }: Machine): Promise<ReadonlySet<number>> {
  try {
    const engine = docker();
    if (!engine?.isLocal) return new Set();
    const containers = await engine.containers({ [labels.project]: profile.project });
    return new Set(containers.flatMap(({ Ports }) => Ports.flatMap(({ PublicPort }) => PublicPort ?? [])));
  } catch {
    return new Set();
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE'));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
