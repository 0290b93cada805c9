/** A place in which Terraform can keep its state, and what of it is ours to know. */
export interface StateBackendKind {
  /** Setting that says where inside the place; each stack gets its own there. */
  readonly place: string;
  /** Beginning of that setting when the profile does not say one. */
  readonly start: string;
  /** Between the beginning, the profile and the stack. */
  readonly separator: '/' | '_' | '-';
  /** After the stack's name. */
  readonly suffix: string;
  /** Longest value that the place takes; a longer one would be cut, and two stacks could meet. */
  readonly longest?: number;
  /** Must be set, here or by the profile. */
  readonly required: readonly string[];
  /** Settings that must not be in a profile, each with the variable that carries it instead. */
  readonly secrets: Readonly<Record<string, string>>;
}

const object = { separator: '/', suffix: '.tfstate', start: 'nautilus' } as const;
const folder = { separator: '/', suffix: '', start: 'nautilus' } as const;

/** Backends of Terraform 1.5 and later and of OpenTofu whose settings are scalars; `local` is a folder of this machine. */
export const stateBackends = Object.freeze({
  local: { ...folder, place: 'path', suffix: '.tfstate', start: '', required: [], secrets: {} },
  s3: {
    ...object,
    place: 'key',
    required: ['bucket'],
    secrets: {
      access_key: 'AWS_ACCESS_KEY_ID',
      secret_key: 'AWS_SECRET_ACCESS_KEY',
      token: 'AWS_SESSION_TOKEN',
      sse_customer_key: 'AWS_SSE_CUSTOMER_KEY',
    },
  },
  gcs: {
    ...folder,
    place: 'prefix',
    required: ['bucket'],
    secrets: {
      credentials: 'GOOGLE_BACKEND_CREDENTIALS',
      access_token: 'GOOGLE_OAUTH_ACCESS_TOKEN',
      encryption_key: 'GOOGLE_ENCRYPTION_KEY',
    },
  },
  azurerm: {
    ...object,
    place: 'key',
    required: ['storage_account_name', 'container_name'],
    secrets: {
      access_key: 'ARM_ACCESS_KEY',
      sas_token: 'ARM_SAS_TOKEN',
      client_secret: 'ARM_CLIENT_SECRET',
      client_certificate_password: 'ARM_CLIENT_CERTIFICATE_PASSWORD',
      oidc_token: 'ARM_OIDC_TOKEN',
      oidc_request_token: 'ARM_OIDC_REQUEST_TOKEN',
    },
  },
  http: {
    ...folder,
    place: 'address',
    start: '',
    required: ['address'],
    secrets: { password: 'TF_HTTP_PASSWORD', client_private_key_pem: 'TF_HTTP_CLIENT_PRIVATE_KEY_PEM' },
  },
  pg: {
    place: 'schema_name',
    start: 'nautilus',
    separator: '_',
    suffix: '',
    longest: 63,
    required: [],
    secrets: { password: 'PGPASSWORD' },
  },
  consul: {
    ...folder,
    place: 'path',
    required: [],
    secrets: { access_token: 'CONSUL_HTTP_TOKEN', http_auth: 'CONSUL_HTTP_AUTH' },
  },
  kubernetes: {
    place: 'secret_suffix',
    start: 'nautilus',
    separator: '-',
    suffix: '',
    longest: 45,
    required: [],
    secrets: { token: 'KUBE_TOKEN', password: 'KUBE_PASSWORD', client_key: 'KUBE_CLIENT_KEY_DATA' },
  },
  cos: {
    ...object,
    place: 'key',
    required: ['bucket'],
    secrets: {
      secret_id: 'TENCENTCLOUD_SECRET_ID',
      secret_key: 'TENCENTCLOUD_SECRET_KEY',
      security_token: 'TENCENTCLOUD_SECURITY_TOKEN',
    },
  },
  oss: {
    ...object,
    place: 'key',
    required: ['bucket'],
    secrets: {
      access_key: 'ALICLOUD_ACCESS_KEY',
      secret_key: 'ALICLOUD_SECRET_KEY',
      security_token: 'ALICLOUD_SECURITY_TOKEN',
    },
  },
} satisfies Record<string, StateBackendKind>);

/** The kind of this name; undefined when there is none. */
export const stateBackend = (kind: string): StateBackendKind | undefined =>
  Object.hasOwn(stateBackends, kind) ? stateBackends[kind as keyof typeof stateBackends] : undefined;

/** Scalars as Terraform takes them. */
export type StateSettings = Readonly<Record<string, string | number | boolean>>;

/** Settings of one stack's state: the profile's, with a place of its own for the stack. `local` has its path from the caller. */
export function stateSettings(
  { kind, settings }: { readonly kind: string; readonly settings: StateSettings },
  profile: string,
  stack: string,
): StateSettings {
  const backend = stateBackend(kind);
  if (backend === undefined) return settings;
  const { place, start, separator, suffix } = backend;
  const names = separator === '_' ? [profile.replaceAll('-', '_'), stack] : [profile, stack];
  const begin = String(settings[place] ?? start).replace(/\/+$/, '');
  const own = `${[...(begin === '' ? [] : [begin]), ...names].join(separator)}${suffix}`;
  // Without an address for it, Terraform would not lock at all.
  const lock: StateSettings = kind === 'http' ? { lock_address: own, unlock_address: own } : {};
  const inside = (value: string | number | boolean) =>
    typeof value === 'string' ? value.replaceAll('{profile}', profile).replaceAll('{stack}', stack) : value;
  const said = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, inside(value)]));
  const placed = /\{stack\}/.test(String(settings[place] ?? '')) ? {} : { [place]: own };
  return { ...lock, ...said, ...placed };
}
