import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Attribute {
  readonly type: unknown;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}
interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, { nesting_mode: string; max_items?: number; block: Block }>>;
}

const repository = join(__dirname, '..', '..', '..');
/** What each provider takes, by the first word of its resources. */
const files: Readonly<Record<string, string>> = {
  docker: 'test/schemas/docker-4.5.0.json',
  grafana: 'constructs/dashboards/provider/grafana-4.45.1.json',
};

interface ProviderSchema {
  readonly resource_schemas?: Readonly<Record<string, { readonly block: Block }>>;
  readonly data_source_schemas?: Readonly<Record<string, { readonly block: Block }>>;
  readonly provider?: { readonly block: Block };
}

/** One file holds one provider. */
const schemas = new Map<string, ProviderSchema>();
function schemaOf(provider: string): ProviderSchema | undefined {
  const file = files[provider];
  if (file && !schemas.has(provider)) {
    const { provider_schemas } = JSON.parse(readFileSync(join(repository, file), 'utf8')) as {
      provider_schemas: Readonly<Record<string, ProviderSchema>>;
    };
    schemas.set(provider, Object.values(provider_schemas)[0]!);
  }
  return schemas.get(provider);
}

/** What Terraform itself understands in any resource. */
const metaArguments = ['//', 'depends_on', 'lifecycle', 'count', 'for_each', 'provider', 'provisioner', 'connection'];

/** Everything in a resource that its provider does not know or would not take, a line each. */
export function violations(type: string, resource: Readonly<Record<string, unknown>>): string[] {
  const known = schemaOf(type.split('_')[0]!)?.resource_schemas?.[type];
  if (!known) return [`${type}: no such resource`];
  const own = Object.fromEntries(Object.entries(resource).filter(([name]) => !metaArguments.includes(name)));
  return inBlock(known.block, own, type);
}

function inBlock(block: Block, value: Readonly<Record<string, unknown>>, path: string): string[] {
  const missing = Object.entries(block.attributes ?? {})
    .filter(([name, { required }]) => required && value[name] === undefined)
    .map(([name]) => `${path}.${name}: required`);
  const wrong = Object.entries(value).flatMap(([name, entry]) => {
    const attribute = block.attributes?.[name];
    if (attribute) return inAttribute(attribute, entry, `${path}.${name}`);
    const nested = block.block_types?.[name];
    if (!nested) return [`${path}.${name}: unknown`];
    const items = (Array.isArray(entry) ? entry : [entry]) as Record<string, unknown>[];
    const tooMany = nested.max_items !== undefined && items.length > nested.max_items;
    return [
      ...(tooMany ? [`${path}.${name}: at most ${nested.max_items}`] : []),
      ...items.flatMap((item, index) => inBlock(nested.block, item, `${path}.${name}[${index}]`)),
    ];
  });
  return [...missing, ...wrong];
}

function inAttribute(attribute: Attribute, value: unknown, path: string): string[] {
  if (!attribute.required && !attribute.optional) return [`${path}: read-only`];
  return hasType(attribute.type, value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${attribute.type}`];
}

function hasType(type: unknown, value: unknown): boolean {
  // A reference to another object is a text until Terraform resolves it.
  if (typeof value === 'string' && /^\$\{[^}]+\}$/.test(value)) return true;
  if (typeof type === 'string') return typeof value === (type === 'bool' ? 'boolean' : type);
  const [kind, element] = type as [string, unknown];
  if (kind === 'object') return isRecord(value);
  if (kind === 'map') return isRecord(value) && Object.values(value).every((entry) => hasType(element, entry));
  return Array.isArray(value) && value.every((entry) => hasType(element, entry));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
