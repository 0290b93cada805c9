import { MemorySize } from '@nautilus/config';
import { type MemoryPart, type WorstCase, worstCaseOf } from '../budget';
import { answer, clientBodyBuffer, requestHead } from './settings/buffers';
import type { NginxInput } from './settings/input';
import { sessionCacheSize, tlsBufferSize } from './settings/tls';
import { workerConnections, workerProcesses } from './settings/workers';

/** A process of nginx with OpenSSL before its first connection; master and one worker together were measured at 6 MiB in a container. */
const process = MemorySize.mebibytes(8);
/** nginx's own structures of a connection: one connection and two events, allocated at the start. */
const place = MemorySize.bytes(424);
/** An idle connection with TLS: measured 18.7 KiB in a container, the kernel's part in it (nginx 1.22, OpenSSL 3.0, 1,000 of them). */
const idleConnection = MemorySize.kibibytes(20);
/** What the kernel keeps of a connection to an engine while data is on its way. */
const socket = MemorySize.kibibytes(8);
/** Memory pools of a request and of the connection to the engine. */
const pools = MemorySize.kibibytes(8);
/** Limits and counters that all workers share: five zones of 1 MiB, and those of the upstreams. */
const zonesSize = MemorySize.mebibytes(6);
/** Folder in memory for its process id and the temporary files that no setting lets it make. */
export const runSize = MemorySize.mebibytes(1);
/** Requests at once below which a gateway is of no use. */
const fewest = { requests: 32, sockets: 32 };

/** Everything of one request that is passed on, at its largest. */
function perRequest(input: NginxInput): MemorySize {
  return MemorySize.sum([
    requestHead.large.times(requestHead.count),
    requestHead.small,
    clientBodyBuffer(input).value,
    answer.head,
    answer.size.times(answer.count),
    tlsBufferSize(input).value,
    socket,
    pools,
  ]);
}

/** A WebSocket: a buffer for each direction, no others. */
const perSocket = () => MemorySize.sum([answer.head, requestHead.large, socket, pools]);

const fixedParts = (input: NginxInput): MemoryPart[] => {
  const workers = workerProcesses(input).value;
  return [
    // While new certificates are read, the old workers and the new ones run.
    {
      name: `master and ${workers} workers, twice over while it reads new certificates`,
      size: process.times(1 + 2 * workers),
    },
    { name: `places of connections`, size: place.times(2 * workers * workerConnections(input).value) },
    { name: 'zones that the workers share', size: zonesSize.plus(sessionCacheSize) },
    { name: `${input.connections} connections of clients with TLS`, size: idleConnection.times(input.connections) },
    { name: 'a tenth kept free: handshakes, and what the kernel buffers', size: input.limit.times(0.1) },
  ];
};

/** How many requests and WebSockets at once: three quarters and one quarter of the memory that the rest leaves. */
export function placesFor(input: NginxInput): { readonly requests: number; readonly sockets: number } {
  const left = input.limit.minus(worstCaseOf(fixedParts(input)).total).minus(runSize);
  const fit = (share: number, each: MemorySize, least: number) =>
    Math.min(input.connections, Math.max(least, Math.floor(left.times(share).bytes / each.bytes)));
  return {
    requests: fit(3 / 4, perRequest(input), fewest.requests),
    sockets: fit(1 / 4, perSocket(), fewest.sockets),
  };
}

/** All that nginx may take at once. */
export function nginxWorstCase(input: NginxInput): WorstCase {
  const { requests, sockets } = placesFor(input);
  return worstCaseOf([
    ...fixedParts(input),
    { name: `${requests} requests under way`, size: perRequest(input).times(requests) },
    { name: `${sockets} WebSockets`, size: perSocket().times(sockets) },
  ]);
}
