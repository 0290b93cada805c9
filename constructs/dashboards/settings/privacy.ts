import { selector } from '../../setting';
import type { GrafanaInput } from './input';

const nothingLeaves = (name: string, reason: string) =>
  selector(name, (_: GrafanaInput) => ({ value: false, reason, source: 'Grafana documentation, configuration' }));

export const reporting = nothingLeaves('analytics.reporting_enabled', 'usage of a trading platform is nobody else’s');

export const updateChecks = nothingLeaves(
  'analytics.check_for_updates',
  'the version is the profile’s; a check only tells others that this server exists',
);

export const pluginUpdateChecks = nothingLeaves(
  'analytics.check_for_plugin_updates',
  'plugins are those of the image; a check only tells others that this server exists',
);

export const feedbackLinks = nothingLeaves('analytics.feedback_links_enabled', 'links to forms of others');

export const news = nothingLeaves('news.news_feed_enabled', 'every start page would fetch it from the internet');

export const pluginCatalogue = nothingLeaves(
  'plugins.plugin_admin_enabled',
  'a plugin runs as Grafana: it comes with the image or not at all',
);

export const preinstalledPlugins = selector('plugins.preinstall_disabled', (_: GrafanaInput) => ({
  value: true,
  reason: 'Grafana would fetch plugins at every start, and wait for them where there is no internet',
  source: 'Grafana documentation, configuration',
}));

export const gravatar = selector('security.disable_gravatar', (_: GrafanaInput) => ({
  value: true,
  reason: 'a hash of each user’s address would go to a server of others',
  source: 'Grafana documentation, configuration',
}));
