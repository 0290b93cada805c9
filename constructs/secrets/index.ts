export { secretsBundle } from './image';
export type { Secret } from './secret';
export { Secrets, type SecretsProps } from './secrets';
