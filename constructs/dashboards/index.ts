export { publicUrl, publishedUrl, servedUnder } from './address';
export { adminPasswordChange } from './rotation';
export { DashboardServer, type DashboardServerProps } from './server';
export { type GrafanaInput, toEnvironment, tuneGrafana } from './settings';
