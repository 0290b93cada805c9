import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import { placesFor } from '../places';
import type { NginxInput } from './input';

/** Zone of one limit: a client takes 128 bytes in each. */
export const zoneSize = MemorySize.mebibytes(1);
const source = 'nginx documentation, limit_req and limit_conn modules';
const zone = zoneSize.toMountOption();

/** Names of the zones: requests under way, of all and of one client; likewise WebSockets. */
export const zones = {
  rate: 'clients',
  requests: 'requests',
  requestsOfClient: 'requests_of_client',
  sockets: 'sockets',
  socketsOfClient: 'sockets_of_client',
} as const;

export const rateZone = selector('limit_req_zone', ({ requestsPerSecond }: NginxInput) => ({
  value: `$binary_remote_addr zone=${zones.rate}:${zone} rate=${requestsPerSecond}r/s`,
  reason: 'each client by its address, before its password is looked at: guessing is as slow as asking',
  source: `the profile's gateway.requestsPerSecond; ${source}`,
}));

export const rate = selector('limit_req', ({ requestsPerSecond }: NginxInput) => ({
  value: `zone=${zones.rate} burst=${requestsPerSecond} nodelay`,
  reason: 'the requests of one second may come all at once',
  source,
}));

export const rateStatus = selector('limit_req_status', (_: NginxInput) => ({
  value: 429,
  reason: 'too many requests: the client is told that it is its own doing',
  source: 'RFC 6585',
}));

export const requests = selector(`limit_conn ${zones.requests}`, (input: NginxInput) => ({
  value: placesFor(input).requests,
  reason: 'requests under way at the same instant whose buffers fit into the container; one takes a few milliseconds',
  source,
}));

/** No client takes more than half of the places. */
const share = (places: number) => Math.max(1, Math.ceil(places / 2));

export const requestsOfClient = selector(`limit_conn ${zones.requestsOfClient}`, (input: NginxInput) => ({
  value: share(placesFor(input).requests),
  reason: 'one client never takes all places',
  source,
}));

export const sockets = selector(`limit_conn ${zones.sockets}`, (input: NginxInput) => ({
  value: placesFor(input).sockets,
  reason: 'WebSockets stay: they have places of their own, so that requests always have theirs',
  source,
}));

export const socketsOfClient = selector(`limit_conn ${zones.socketsOfClient}`, (input: NginxInput) => ({
  value: share(placesFor(input).sockets),
  reason: 'one client never takes all places',
  source,
}));

export const connectionStatus = selector('limit_conn_status', (_: NginxInput) => ({
  value: 503,
  reason: 'no place is free: another try in a moment will find one',
  source,
}));
