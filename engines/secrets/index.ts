export { type Declaration, DeclarationSchema, parseDeclaration } from './declaration';
export { SecretsError } from './errors';
export { SecretKeeper, type SecretState } from './keeper';
