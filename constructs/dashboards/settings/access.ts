import { selector } from '../../setting';
import type { GrafanaInput } from './input';

const documentation = 'Grafana documentation, configuration';

export const rootUrl = selector('server.root_url', ({ url }: GrafanaInput) => ({
  value: url,
  reason: 'links in alerts and redirects lead where people are, not into the container',
  source: documentation,
}));

export const serveFromSubPath = selector('server.serve_from_sub_path', (_: GrafanaInput) => ({
  value: true,
  reason: 'the gateway passes /grafana/ on as it is: one host and one certificate for the whole platform',
  source: documentation,
}));

export const anonymous = selector('auth.anonymous.enabled', (_: GrafanaInput) => ({
  value: false,
  reason: 'positions and limits are on the dashboards: nobody sees them without a name',
  source: documentation,
}));

export const signUp = selector('users.allow_sign_up', (_: GrafanaInput) => ({
  value: false,
  reason: 'the administrator decides who may look',
  source: documentation,
}));

export const publicDashboards = selector('public_dashboards.enabled', (_: GrafanaInput) => ({
  value: false,
  reason: 'a public dashboard shows a trading account to whoever has its link',
  source: documentation,
  requirement: {
    value: 'GF_FEATURE_TOGGLES_ENABLE=live,publicDashboards',
    why: 'neither is a feature toggle any more: live is always on, public dashboards are this setting, and they are open to everyone',
  },
}));

export const externalSnapshots = selector('snapshots.external_enabled', (_: GrafanaInput) => ({
  value: false,
  reason: 'one click would put a copy of a dashboard on a server of others',
  source: documentation,
}));

export const secureCookies = selector('security.cookie_secure', ({ published }: GrafanaInput) => ({
  value: !published,
  reason: published
    ? 'the published port speaks plain HTTP, and a browser would not send the cookie back'
    : 'people come through the gateway, which speaks TLS',
  source: documentation,
}));
