export { gatewayConfiguration } from './configuration';
export { Gateway, type GatewayProps } from './gateway';
export { gatewayBundle } from './image';
export { gatewayInput } from './input';
export type { NginxLayout } from './layout';
export { nginxWorstCase } from './places';
export { tuneNginx } from './settings';
