import { Duration, MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { NginxInput } from './input';

const mozilla = 'Mozilla server side TLS, intermediate';

export const protocols = selector('ssl_protocols', (_: NginxInput) => ({
  value: 'TLSv1.2 TLSv1.3',
  reason: 'older ones are broken, and every client of the last ten years has these',
  source: mozilla,
}));

export const ciphers = selector('ssl_ciphers', (_: NginxInput) => ({
  value: [
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  reason: 'with TLS 1.2 only what keeps past traffic secret when the key is stolen; TLS 1.3 has no others',
  source: mozilla,
}));

export const preferServerCiphers = selector('ssl_prefer_server_ciphers', (_: NginxInput) => ({
  value: false,
  reason: 'all allowed ciphers are good: the client knows which is fast on its processor',
  source: mozilla,
}));

export const curves = selector('ssl_ecdh_curve', (_: NginxInput) => ({
  value: 'X25519:prime256v1:secp384r1',
  reason: 'the fastest first',
  source: mozilla,
}));

/** Zone of the session cache. */
export const sessionCacheSize = MemorySize.mebibytes(2);

export const sessionCache = selector('ssl_session_cache', (_: NginxInput) => ({
  value: `shared:tls:${sessionCacheSize.toMountOption()}`,
  reason: 'who comes back is spared half of the handshake: 4,000 sessions a MiB, for all workers',
  source: 'nginx documentation, ssl module',
}));

export const sessionTimeout = selector('ssl_session_timeout', (_: NginxInput) => ({
  value: Duration.minutes(60),
  reason: 'a stolen session is of use no longer',
  source: 'nginx documentation, ssl module',
}));

export const sessionTickets = selector('ssl_session_tickets', (_: NginxInput) => ({
  value: false,
  reason:
    "the key of tickets would stay the same as long as nginx runs, and opens all that was sent under it; the cache's sessions do not",
  source: mozilla,
}));

export const tlsBufferSize = selector('ssl_buffer_size', (_: NginxInput) => ({
  value: MemorySize.kibibytes(4),
  reason: 'answers are short: the first byte can be read before the 16 KiB of the default have come',
  source: 'nginx documentation, ssl module',
}));
