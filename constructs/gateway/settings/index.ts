import type { Selector, Setting } from '../../setting';
import * as buffers from './buffers';
import * as disclosure from './disclosure';
import type { NginxInput } from './input';
import * as limits from './limits';
import { listenTls } from './listening';
import * as timeouts from './timeouts';
import * as tls from './tls';
import * as workers from './workers';

export { nginxDialect, toDirective } from './dialect';
export type { NginxInput } from './input';
export { zoneSize, zones } from './limits';
export { backlog } from './listening';

/** nginx.conf has settings at several depths; each stands once. */
const selectors = {
  main: [workers.workerProcesses, workers.workerOpenFiles, workers.workerShutdownTimeout],
  events: [workers.workerConnections],
  http: [
    disclosure.serverTokens,
    timeouts.keepaliveTimeout,
    timeouts.keepaliveRequests,
    timeouts.clientHeaderTimeout,
    timeouts.clientBodyTimeout,
    timeouts.sendTimeout,
    timeouts.resetTimedOut,
    timeouts.proxyConnectTimeout,
    timeouts.proxyReadTimeout,
    timeouts.proxySendTimeout,
    buffers.clientMaxBodySize,
    buffers.clientHeaderBuffer,
    buffers.largeClientHeaderBuffers,
    buffers.clientBodyBuffer,
    buffers.proxyRequestBuffering,
    buffers.proxyBuffering,
    buffers.proxyBufferSize,
    buffers.proxyBuffers,
    buffers.proxyBusyBuffers,
    buffers.proxyMaxTempFile,
    buffers.compression,
    tls.protocols,
    tls.ciphers,
    tls.preferServerCiphers,
    tls.curves,
    tls.sessionCache,
    tls.sessionTimeout,
    tls.sessionTickets,
    tls.tlsBufferSize,
    limits.rateZone,
    limits.rateStatus,
    limits.connectionStatus,
  ],
  requests: [limits.rate, limits.requests, limits.requestsOfClient],
  sockets: [limits.sockets, limits.socketsOfClient],
} satisfies Record<string, readonly Selector<NginxInput>[]>;

export type NginxSettings = Readonly<Record<keyof typeof selectors | 'tlsServer', readonly Setting[]>>;

/** Every setting of nginx, by the place where it stands, from its container's limit and the clients that are expected. */
export function tuneNginx(input: NginxInput, listenAt: string): NginxSettings {
  const take = (place: keyof typeof selectors): readonly Setting[] => selectors[place].map((select) => select(input));
  return {
    main: take('main'),
    events: take('events'),
    http: take('http'),
    tlsServer: [listenTls(listenAt)(input)],
    requests: take('requests'),
    sockets: take('sockets'),
  };
}
