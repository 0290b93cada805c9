export type { NatsOptions } from './broker';
export { NetworkTransport } from './network-transport';
