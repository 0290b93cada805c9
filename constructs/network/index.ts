export { PlatformNetwork } from './platform-network';
