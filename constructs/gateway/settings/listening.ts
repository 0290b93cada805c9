import { selector } from '../../setting';
import type { NginxInput } from './input';

/** Connections that wait to be accepted, which the kernel cuts to net.core.somaxconn. */
export const backlog = ({ connections }: NginxInput) => Math.min(65_535, Math.max(511, connections));

/** `at`: a port, or an address with one. */
export const listenTls = (at: string) =>
  selector(`listen ${at}`, (input: NginxInput) => ({
    value: `ssl reuseport backlog=${backlog(input)}`,
    reason:
      'each worker has a queue of its own, so that clients are spread over them; together they may all connect at the same instant',
    source: 'nginx documentation, http core module',
  }));
