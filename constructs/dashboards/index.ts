export { publicUrl, publishedUrl, servedUnder } from './address';
export { adminPasswordChange } from './rotation';
export { Dashboards, type DashboardsProps } from './server';
export { type GrafanaInput, toEnvironment, tuneGrafana } from './settings';
