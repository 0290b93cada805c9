import { CodedError } from '@nautilus/core/domain';

export type SecretsErrorCode =
  | 'NAUT_SECRETS_DECLARATION'
  | 'NAUT_SECRETS_OWNER'
  | 'NAUT_SECRETS_UNKNOWN'
  | 'NAUT_SECRETS_KEYS'
  | 'NAUT_CERTIFICATE_MISSING'
  | 'NAUT_CERTIFICATE_UNREADABLE'
  | 'NAUT_CERTIFICATE_KEY'
  | 'NAUT_CERTIFICATE_EXPIRED'
  | 'NAUT_CERTIFICATE_NAMES';

export class SecretsError extends CodedError<SecretsErrorCode> {}
