import type { Duration } from '@nautilus/config';
import { type Dialect, print, type Selector, type Setting } from '../../setting';
import * as access from './access';
import type { GrafanaInput } from './input';
import * as load from './load';
import * as privacy from './privacy';

const selectors: readonly Selector<GrafanaInput>[] = [
  access.rootUrl,
  access.serveFromSubPath,
  access.anonymous,
  access.signUp,
  access.publicDashboards,
  access.externalSnapshots,
  access.secureCookies,
  privacy.reporting,
  privacy.updateChecks,
  privacy.pluginUpdateChecks,
  privacy.feedbackLinks,
  privacy.news,
  privacy.pluginCatalogue,
  privacy.preinstalledPlugins,
  privacy.gravatar,
  load.openConnections,
  load.writeAheadLog,
  load.queryTimeout,
  load.alertAttempts,
  load.shortestRefresh,
];

/** Timeouts are bare seconds in Grafana's files, intervals have a unit. */
const bareSeconds = new Set(['dataproxy.timeout']);

/** How Grafana's configuration writes values. */
export const grafanaDialect = (setting: string): Dialect => ({
  memory: (size) => String(size.bytes),
  duration: (span: Duration) => (bareSeconds.has(setting) ? String(span.seconds) : `${span.seconds}s`),
  boolean: String,
});

/** Every setting of Grafana that is not its own default for a reason of ours. */
export const tuneGrafana = (input: GrafanaInput): readonly Setting[] => selectors.map((select) => select(input));

/** Grafana takes each key of its configuration from a variable: `auth.anonymous.enabled` from GF_AUTH_ANONYMOUS_ENABLED. */
export const toEnvironment = (settings: readonly Setting[]): Record<string, string> =>
  Object.fromEntries(
    settings.map(({ name, value }) => [
      `GF_${name.replaceAll('.', '_').toUpperCase()}`,
      print(value, grafanaDialect(name)),
    ]),
  );
