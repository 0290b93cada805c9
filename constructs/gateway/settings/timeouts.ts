import { Duration } from '@nautilus/config';
import { selector } from '../../setting';
import type { NginxInput } from './input';

const http = 'nginx documentation, http core module';
const proxy = 'nginx documentation, proxy module';
const required = "the requirements' own value";

export const keepaliveTimeout = selector('keepalive_timeout', (_: NginxInput) => ({
  value: Duration.seconds(75),
  reason: 'a page that asks every second keeps its connection and its TLS session',
  source: `${required}; ${http}`,
}));

export const keepaliveRequests = selector('keepalive_requests', (_: NginxInput) => ({
  value: 1000,
  reason: 'then the memory of a connection is given back as a whole',
  source: `${required}; ${http}`,
}));

export const clientHeaderTimeout = selector('client_header_timeout', (_: NginxInput) => ({
  value: Duration.seconds(10),
  reason: 'who sends a byte now and then to hold a place loses it',
  source: http,
}));

export const clientBodyTimeout = selector('client_body_timeout', (_: NginxInput) => ({
  value: Duration.seconds(10),
  reason: 'between two parts of a body; likewise',
  source: http,
}));

export const sendTimeout = selector('send_timeout', (_: NginxInput) => ({
  value: Duration.seconds(10),
  reason: 'between two parts of an answer: who does not read frees its buffers',
  source: http,
}));

export const resetTimedOut = selector('reset_timedout_connection', (_: NginxInput) => ({
  value: true,
  reason: 'the memory of who timed out is free at once, not after the kernel has waited for it',
  source: http,
}));

export const proxyConnectTimeout = selector('proxy_connect_timeout', (_: NginxInput) => ({
  value: Duration.seconds(2),
  reason: 'an engine in the same network accepts in less than a millisecond, or it is gone',
  source: proxy,
}));

export const proxyReadTimeout = selector('proxy_read_timeout', (_: NginxInput) => ({
  value: Duration.seconds(30),
  reason: 'the longest calculation that somebody waits for',
  source: proxy,
}));

export const proxySendTimeout = selector('proxy_send_timeout', (_: NginxInput) => ({
  value: Duration.seconds(10),
  reason: 'between two parts of a body that an engine takes',
  source: proxy,
}));
