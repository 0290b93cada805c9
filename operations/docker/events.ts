import http from 'node:http';
import type { DockerEndpoint } from './endpoint';
import { transport } from './transport';

/** One thing that happened on the engine. */
export interface EngineEvent {
  /** container, network, volume, image. */
  readonly Type: string;
  /** start, die, pause, update, connect … */
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** What changes an object; the engine also tells of each `exec`, which does not. */
const filters = JSON.stringify({
  type: ['container', 'network', 'volume', 'image'],
  event: [
    ...['create', 'start', 'die', 'oom', 'pause', 'unpause', 'update', 'rename', 'destroy', 'health_status'],
    ...['connect', 'disconnect', 'tag', 'untag', 'delete', 'remove'],
  ],
});

/** Tells of every change on the engine until `signal`. Resolves when it was aborted, rejects when the engine ends the stream or does not answer. */
export function watchEvents(
  endpoint: DockerEndpoint,
  signal: AbortSignal,
  onEvent: (event: EngineEvent) => void,
  onOpen: () => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (error: Error) => (signal.aborted ? resolve() : reject(error));
    const path = `/events?${new URLSearchParams({ filters })}`;
    const request = http.request({ ...transport(endpoint), path, headers: { Host: 'docker' }, signal }, (reply) => {
      if (reply.statusCode !== 200) return ended(new Error(`the engine answered ${reply.statusCode}`));
      onOpen();
      let rest = '';
      reply.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.trim() !== '') onEvent(JSON.parse(line) as EngineEvent);
      });
      reply.on('error', ended).on('end', () => ended(new Error('the engine ended the stream of events')));
    });
    request.on('error', ended).end();
  });
}
