/** The profile's keys as a page for people, made from the same schema that checks them. */
import { Duration, MemorySize } from '../units';
import { profileJsonSchema } from './json-schema';

interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  /** Objects of several kinds. */
  readonly oneOf?: readonly SchemaNode[];
}

const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** Patterns that say less to a person than an example does. */
const examples: Readonly<Record<string, string>> = {
  [MemorySize.pattern.source]: 'size such as `512MiB`',
  [Duration.pattern.source]: 'span such as `15s`',
};

/** What a key may hold, in a few words. */
function allowed(node: SchemaNode): string {
  if (node.anyOf) return node.anyOf.map(allowed).join(' or ');
  if (node.const !== undefined) return code(node.const);
  if (node.enum) return node.enum.length > 8 ? 'name of a service' : node.enum.map(code).join(', ');
  if (node.items) return `list of ${allowed(node.items)}`;
  if (node.minimum !== undefined || node.maximum !== undefined) {
    const upper = node.maximum === undefined || node.maximum >= 2 ** 31 - 1 ? ' up' : ` to ${node.maximum}`;
    return `${node.type} from ${node.minimum ?? 0}${upper}`;
  }
  if (node.exclusiveMinimum !== undefined) return `${node.type} above ${node.exclusiveMinimum}`;
  if (node.format === 'date') return 'day as `YYYY-MM-DD`';
  if (node.pattern && examples[node.pattern]) return examples[node.pattern]!;
  if (node.pattern) return `\`/${node.pattern.replaceAll('|', '\\|')}/\``;
  return node.type ?? 'any';
}

const leaf = (node: SchemaNode) => !node.properties && !node.items?.properties && !node.items?.oneOf;

/** Rows of one section; the keys of all services are alike and stand once, as `<service>`. */
function rows(node: SchemaNode, path: string): string[] {
  const properties = Object.entries(node.properties ?? {});
  const alike = properties.length > 8 && new Set(properties.map(([, child]) => JSON.stringify(child))).size === 1;
  const shown = alike ? [['<service>', properties[0]![1]] as const] : properties;
  return shown.flatMap(([key, child]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (child.items?.oneOf)
      return child.items.oneOf.flatMap((kind) => rows(kind, `${here}[${kind.properties?.kind?.const}]`));
    if (!leaf(child)) return rows(child.items ?? child, child.items ? `${here}[]` : here);
    const presence =
      child.default !== undefined ? code(child.default) : node.required?.includes(key) && !alike ? 'required' : '';
    return [`| \`${here}\` | ${allowed(child)} | ${presence} | ${child.description ?? ''} |`];
  });
}

/** The page docs/reference/profile.md, as Markdown. */
export function profileReference(): string {
  return [
    '# Reference: tune profiles',
    '',
    'Generated from the schema: `npx nautilus profiles reference > docs/reference/profile.md`. Unknown keys are refused.',
    '`extends` names one profile whose values stand where this one is silent; maps merge, lists and scalars replace.',
    '',
    '| key | allowed | default | what |',
    '|---|---|---|---|',
    ...rows(profileJsonSchema() as SchemaNode, ''),
    '',
  ].join('\n');
}
