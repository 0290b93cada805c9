import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { SecretsError } from '../errors';
import type { Pair } from './issue';

const DAY_MS = 86_400_000;
/** A certificate is renewed when it has less time left. */
const RENEWAL_DAYS = 30;

/** The first certificate of a PEM chain: the server's own. Throws NAUT_CERTIFICATE_UNREADABLE. */
export function readCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new SecretsError({
      code: 'NAUT_CERTIFICATE_UNREADABLE',
      message: `the certificate cannot be read: ${(cause as Error).message}`,
      fix: 'give it as PEM: the server certificate first, then those that lead to its authority',
      cause,
    });
  }
}

function readKey(text: string) {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw new SecretsError({
      code: 'NAUT_CERTIFICATE_UNREADABLE',
      message: `the private key cannot be read: ${(cause as Error).message}`,
      fix: 'give it as PEM without a pass phrase (`openssl pkey -in KEY -out PLAIN` takes one away)',
      cause,
    });
  }
}

const expiresAt = (certificate: X509Certificate) => new Date(certificate.validTo);

export const expiryOf = (text: string): Date => expiresAt(readCertificate(text));

const expiresSoon = (certificate: X509Certificate, now: Date): boolean =>
  expiresAt(certificate).getTime() - now.getTime() < RENEWAL_DAYS * DAY_MS;

const covers = (certificate: X509Certificate, name: string): boolean =>
  isIP(name) !== 0
    ? certificate.checkIP(name) !== undefined
    : name.startsWith('*.')
      ? alternativeNames(certificate).includes(name.toLowerCase())
      : certificate.checkHost(name, { subject: 'never' }) !== undefined;

/** Host names and addresses of a certificate, in small letters. */
function alternativeNames(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((entry) => entry !== '')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, '').toLowerCase());
}

/** Whether two files of a pair belong together; false when one of them is no such thing. */
export function belongTogether({ certificate, key }: Pair): boolean {
  try {
    return readCertificate(certificate).checkPrivateKey(readKey(key));
  } catch {
    return false;
  }
}

/** A pair that serves these names now. Throws NAUT_CERTIFICATE_UNREADABLE, _KEY, _EXPIRED or _NAMES. */
export function requireUsable(pair: Pair, names: readonly string[], now: Date): void {
  const certificate = readCertificate(pair.certificate);
  if (!certificate.checkPrivateKey(readKey(pair.key)))
    throw new SecretsError({
      code: 'NAUT_CERTIFICATE_KEY',
      message: `the private key is not that of the certificate of ${certificate.subject.replaceAll('\n', ', ')}`,
      fix: 'give the two files of one pair; the server certificate has to be the first one of its file',
    });
  if (expiresAt(certificate) <= now || new Date(certificate.validFrom) > now)
    throw new SecretsError({
      code: 'NAUT_CERTIFICATE_EXPIRED',
      message: `the certificate is valid from ${certificate.validFrom} to ${certificate.validTo}; now it is ${now.toUTCString()}`,
      fix: 'give one that is valid now',
    });
  const missing = names.filter((name) => !covers(certificate, name));
  if (missing.length > 0)
    throw new SecretsError({
      code: 'NAUT_CERTIFICATE_NAMES',
      message: `the certificate is not for ${missing.join(', ')}; it is for ${alternativeNames(certificate).join(', ') || 'no name at all'}`,
      fix: 'give one that has every name of gateway.names in its subject alternative names, or take the name out of the profile',
    });
}

/** Did the authority sign it? */
export const signedBy = (certificate: string, authority: string): boolean =>
  readCertificate(certificate).verify(readCertificate(authority).publicKey);

/** Is an authority good for a while yet? */
export const authorityLasts = (pair: Pair, now: Date): boolean =>
  belongTogether(pair) && !expiresSoon(readCertificate(pair.certificate), now);

/** Is a certificate of the platform's still what it would issue now? */
export function serverLasts(pair: Pair, authority: string, names: readonly string[], now: Date): boolean {
  if (!belongTogether(pair) || !signedBy(pair.certificate, authority)) return false;
  const certificate = readCertificate(pair.certificate);
  const listed = alternativeNames(certificate);
  return (
    !expiresSoon(certificate, now) && listed.length === names.length && names.every((name) => covers(certificate, name))
  );
}
