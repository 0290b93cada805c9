import { expiryOf } from './certificate/check';
import type { Declaration, Kept } from './declaration';
import { SecretsError } from './errors';
import { GatewayCertificate } from './gateway';
import { newJournalKeys, withNewKey } from './journal-keys';
import { newPassword } from './password';
import { usersAgree, usersFile } from './users';
import { Vault } from './vault';

/** What may be told of a secret. */
export interface SecretState {
  readonly file: string;
  readonly present: boolean;
  /** ISO 8601. */
  readonly changedAt?: string;
  /** A rotation was begun and not finished. */
  readonly waits: boolean;
  /** ISO 8601; certificates only. */
  readonly expiresAt?: string;
}

/** Makes the secrets of one declaration, and brings new ones into force. Each step may be interrupted and repeated. */
export class SecretKeeper {
  private readonly vault: Vault;
  private readonly gateway: GatewayCertificate | undefined;

  constructor(
    private readonly declared: Declaration,
    now = new Date(),
  ) {
    this.vault = new Vault(declared.directory);
    this.gateway = declared.gateway && new GatewayCertificate(this.vault, declared.gateway, now);
  }

  /** Everything declared is there afterwards; what was there has its value still. */
  async make(): Promise<void> {
    this.vault.sweep();
    for (const { file, gid } of this.all) this.vault.protect(file, gid);
    for (const password of this.declared.passwords) this.vault.create(password, newPassword);
    for (const keys of this.declared.journalKeys) this.vault.create(keys, newJournalKeys);
    this.derive();
    await this.gateway?.make();
  }

  /** A new value of each file waits beside the one in force. Throws NAUT_SECRETS_UNKNOWN, NAUT_SECRETS_KEYS. */
  async prepare(files: readonly string[]): Promise<void> {
    for (const file of files) {
      if (this.isCertificate(file)) await this.gateway?.prepare();
      else this.vault.prepare(this.kept(file), () => this.newValue(file));
    }
  }

  /** What waits comes into force, and what is made from it follows. */
  accept(files: readonly string[]): void {
    for (const file of files) {
      if (this.isCertificate(file)) this.gateway?.accept();
      else this.vault.accept(this.kept(file));
    }
    this.derive();
  }

  list(): SecretState[] {
    const certificates = new Set([
      this.declared.gateway?.certificate.file,
      this.declared.gateway?.authority.certificate.file,
    ]);
    return this.all.map(({ file }) => {
      const content = certificates.has(file) ? this.vault.read(file) : undefined;
      return {
        file,
        present: this.vault.has(file),
        changedAt: this.vault.changedAt(file)?.toISOString(),
        waits: this.vault.waits(file),
        expiresAt: content === undefined ? undefined : expiryOf(content).toISOString(),
      };
    });
  }

  private get all(): readonly Kept[] {
    const { passwords, journalKeys, users, gateway } = this.declared;
    return [
      ...passwords,
      ...journalKeys,
      ...(users ? [users] : []),
      ...(gateway ? [gateway.certificate, gateway.key] : []),
      ...(gateway?.from === 'platform' ? [gateway.authority.certificate, gateway.authority.key] : []),
    ];
  }

  private isCertificate(file: string): boolean {
    const { gateway } = this.declared;
    return gateway?.certificate.file === file || gateway?.key.file === file;
  }

  private newValue(file: string): string {
    const isKeys = this.declared.journalKeys.some((kept) => kept.file === file);
    return isKeys ? withNewKey(file, this.vault.read(file)) : newPassword();
  }

  private kept(file: string): Kept {
    const all = [...this.declared.passwords, ...this.declared.journalKeys];
    const found = all.find((kept) => kept.file === file);
    if (found) return found;
    throw new SecretsError({
      code: 'NAUT_SECRETS_UNKNOWN',
      message: `${file} is no password and no key file of this platform`,
      fix: `name one of ${all.map((kept) => kept.file).join(', ')}`,
    });
  }

  /** The gateway's users, made anew when they do not have these passwords. */
  private derive(): void {
    const { users } = this.declared;
    if (!users) return;
    const passwords = Object.fromEntries(
      Object.entries(users.passwords).map(([user, file]) => [user, (this.vault.read(file) ?? '').trim()]),
    );
    if (!usersAgree(this.vault.read(users.file), passwords)) this.vault.replace(users, usersFile(passwords));
  }
}
