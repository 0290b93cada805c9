export { secretsBundle } from './image';
export { platformSecrets, secretsOf } from './platform-secrets';
export type { Reload, Rotation, Secret } from './secret';
export { Secrets, type SecretsProps } from './secrets';
