export { publicUrl, publishedUrl } from './address';
export { DashboardContent } from './content';
export { shownExpressions } from './expressions';
export { GrafanaProvider } from './provider';
export { adminPasswordChange } from './rotation';
export { DashboardServer, type DashboardServerProps } from './server';
export { toEnvironment, tuneGrafana } from './settings';
