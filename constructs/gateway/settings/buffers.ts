import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { NginxInput } from './input';

const http = 'nginx documentation, http core module';
const proxy = 'nginx documentation, proxy module';

export const requestHead = { small: MemorySize.kibibytes(1), large: MemorySize.kibibytes(8), count: 4 } as const;
/** Buffers of one answer. */
export const answer = { head: MemorySize.kibibytes(8), count: 32, size: MemorySize.kibibytes(4) } as const;

export const clientMaxBodySize = selector('client_max_body_size', ({ bodySize }: NginxInput) => ({
  value: bodySize,
  reason: 'refused here before it costs an engine anything; an engine allows less by itself',
  source: "the profile's gateway.bodySize",
}));

export const clientHeaderBuffer = selector('client_header_buffer_size', (_: NginxInput) => ({
  value: requestHead.small,
  reason: 'nearly every request line and head fits; longer ones get larger buffers',
  source: http,
}));

export const largeClientHeaderBuffers = selector('large_client_header_buffers', (_: NginxInput) => ({
  value: `${requestHead.count} ${requestHead.large.toMountOption()}`,
  reason: "Grafana's cookies and long queries; more is refused",
  source: http,
}));

export const clientBodyBuffer = selector('client_body_buffer_size', (_: NginxInput) => ({
  value: MemorySize.kibibytes(16),
  reason: 'an order has less than 1 KiB',
  source: http,
}));

export const proxyRequestBuffering = selector('proxy_request_buffering', (_: NginxInput) => ({
  value: false,
  reason: 'a long body goes on to the engine as it comes: there is no disk to keep it on',
  source: proxy,
}));

export const proxyBuffering = selector('proxy_buffering', (_: NginxInput) => ({
  value: true,
  reason: 'a slow reader holds memory here, not an engine',
  source: `the requirements' own value; ${proxy}`,
}));

export const proxyBufferSize = selector('proxy_buffer_size', (_: NginxInput) => ({
  value: answer.head,
  reason: 'the head of an answer',
  source: proxy,
}));

export const proxyBuffers = selector('proxy_buffers', (_: NginxInput) => ({
  value: `${answer.count} ${answer.size.toMountOption()}`,
  reason: 'an answer of up to 128 KiB frees the engine at once, however slowly it is read',
  source: `the requirements' own number; ${proxy}`,
  requirement: { value: '32', why: 'nginx wants the size of a buffer, too: one page of memory' },
}));

export const proxyBusyBuffers = selector('proxy_busy_buffers_size', (_: NginxInput) => ({
  value: MemorySize.kibibytes(16),
  reason: 'what is on its way to the client while the rest is still read',
  source: proxy,
}));

export const proxyMaxTempFile = selector('proxy_max_temp_file_size', (_: NginxInput) => ({
  value: MemorySize.zero,
  reason: 'a longer answer waits at the engine: the root file system is read-only, and a file in memory is no saving',
  source: proxy,
}));

export const compression = selector('gzip', (_: NginxInput) => ({
  value: false,
  reason:
    'answers are short and their readers near; 330 KiB a request would leave room for a third of the requests at once, and what is compressed with a secret gives it away by its length',
  source: 'nginx documentation, gzip module; BREACH',
}));
