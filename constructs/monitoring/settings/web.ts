import { asked, selector } from '../../setting';
import type { PrometheusInput } from './input';

const source = 'Prometheus documentation, security model';

export const maxConnections = selector('web.max-connections', ({ connections }: PrometheusInput) => ({
  value: connections,
  reason: 'browsers and Grafana keep theirs open; further ones wait',
  source: "the profile's monitoring.connections",
  ...asked('512', { met: connections === 512, why: 'the profile has fewer clients, or more' }),
}));

export const adminApi = selector('web.enable-admin-api', (_: PrometheusInput) => ({
  value: false,
  reason: 'it deletes series, and there is no password before it',
  source,
}));

export const lifecycle = selector('web.enable-lifecycle', (_: PrometheusInput) => ({
  value: false,
  reason: 'it ends the server over HTTP; a changed configuration is a new image',
  source,
}));

export const remoteWrite = selector('web.enable-remote-write-receiver', (_: PrometheusInput) => ({
  value: false,
  reason: 'nobody pushes measurements here: whoever could would make up what the alerts see',
  source,
}));
