export { secretsBundle } from './image';
export { platformSecrets } from './platform-secrets';
export type { Rotation, Secret } from './secret';
export { Secrets, type SecretsProps } from './secrets';
