export { publicUrl, publishedUrl, servedUnder } from './address';
export { DashboardContent } from './content';
export { type ShownExpression, shownExpressions } from './expressions';
export { GrafanaProvider } from './provider';
export { adminPasswordChange } from './rotation';
export { DashboardServer, type DashboardServerProps } from './server';
export { type GrafanaInput, toEnvironment, tuneGrafana } from './settings';
