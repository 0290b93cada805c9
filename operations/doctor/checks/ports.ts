import net from 'node:net';
import { deployedServices } from '@nautilus/config';
import { LocalPlatform, localPaths } from '../../local';
import type { Check } from '../finding';

/** The ports on which the platform listens without Docker are free, or its own already. The cache runs in process there. */
export const ports: Check = async ({ profile }) => {
  const running = await new LocalPlatform(localPaths()).status();
  const own = new Set(running.filter(({ pid }) => pid !== null).map(({ port }) => port));
  const wanted = deployedServices(profile).filter(({ name }) => name !== 'redis');
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

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE'));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
