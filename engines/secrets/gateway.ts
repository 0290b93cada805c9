import { authorityLasts, belongTogether, requireUsable, serverLasts, signedBy } from './certificate/check';
import { issueAuthority, issueServer, type Pair } from './certificate/issue';
import type { GatewayDeclaration, Kept } from './declaration';
import { SecretsError } from './errors';
import type { Vault } from './vault';

/** The two files of a certificate. */
interface Files {
  readonly certificate: Kept;
  readonly key: Kept;
}

/** The gateway's certificate, and the authority that signs it unless the operator brings the certificate. */
export class GatewayCertificate {
  constructor(
    private readonly vault: Vault,
    private readonly declared: GatewayDeclaration,
    private readonly now: Date,
  ) {}

  /** Makes what is missing or about to expire. Throws NAUT_CERTIFICATE_… when the operator's own cannot be used. */
  async make(): Promise<void> {
    this.settle(this.declared.authority);
    this.settle(this.declared);
    if (this.declared.from === 'own') return this.requireOwn();
    const authority = await this.authority();
    const pair = this.pair(this.declared);
    if (pair && serverLasts(pair, authority.certificate, this.declared.names, this.now)) return;
    this.put(this.declared, await issueServer(authority, this.declared.names, this.now));
  }

  /** A new pair waits: issued here, or put there by the operator. Throws NAUT_CERTIFICATE_… */
  async prepare(): Promise<void> {
    this.settle(this.declared);
    const { from, names } = this.declared;
    const waiting = this.waiting(this.declared);
    if (from === 'own') {
      if (!waiting) throw missing(names);
      requireUsable(waiting, names, this.now);
      return;
    }
    const authority = await this.authority();
    if (waiting && serverLasts(waiting, authority.certificate, names, this.now)) return;
    this.stage(this.declared, await issueServer(authority, names, this.now));
  }

  /** The pair that waits comes into force. */
  accept(): void {
    this.promote(this.declared);
  }

  private async authority(): Promise<Pair> {
    const { authority } = this.declared;
    const pair = this.pair(authority);
    if (pair && authorityLasts(pair, this.now)) return pair;
    const fresh = await issueAuthority(authority.name, this.now);
    this.put(authority, fresh);
    return fresh;
  }

  private requireOwn(): void {
    const { authority, names } = this.declared;
    const pair = this.pair(this.declared);
    const platforms = this.vault.read(authority.certificate.file);
    if (!pair || (platforms !== undefined && signedBy(pair.certificate, platforms))) throw missing(names);
    requireUsable(pair, names, this.now);
  }

  private pair({ certificate, key }: Files): Pair | undefined {
    return both(this.vault.read(certificate.file), this.vault.read(key.file));
  }

  private waiting({ certificate, key }: Files): Pair | undefined {
    return both(this.vault.readWaiting(certificate.file), this.vault.readWaiting(key.file));
  }

  private put(files: Files, pair: Pair): void {
    this.stage(files, pair);
    this.promote(files);
  }

  private stage({ certificate, key }: Files, pair: Pair): void {
    this.vault.prepareAnew(key, pair.key);
    this.vault.prepareAnew(certificate, pair.certificate);
  }

  private promote({ certificate, key }: Files): void {
    this.vault.accept(key);
    this.vault.accept(certificate);
  }

  /** Finishes what was interrupted between the two renames: the key is new, its certificate still waits. */
  private settle(files: Files): void {
    const { certificate, key } = files;
    const inForce = this.vault.read(key.file);
    const waiting = this.vault.readWaiting(certificate.file);
    if (this.vault.waits(key.file) || inForce === undefined || waiting === undefined) return;
    if (belongTogether({ certificate: waiting, key: inForce })) this.vault.accept(certificate);
  }
}

const both = (certificate: string | undefined, key: string | undefined): Pair | undefined =>
  certificate !== undefined && key !== undefined ? { certificate, key } : undefined;

const missing = (names: readonly string[]) =>
  new SecretsError({
    code: 'NAUT_CERTIFICATE_MISSING',
    message: `the profile says that you bring the gateway's certificate (gateway.certificate: own), and there is none for ${names.join(', ')}`,
    fix: 'put it there with `nautilus secrets certificate CERT KEY`, then deploy again; or set gateway.certificate to platform',
  });
