import type { Duration, MemorySize } from '@nautilus/config';
import { type Dialect, print, type Setting } from '../../setting';

const kibibyte = 1024;
const mebibyte = kibibyte * kibibyte;

/** nginx.conf: `k` and `m` are binary; a time without a unit would be seconds. */
export const nginxDialect: Dialect = {
  memory: ({ bytes }: MemorySize) =>
    bytes % mebibyte === 0 ? `${bytes / mebibyte}m` : bytes % kibibyte === 0 ? `${bytes / kibibyte}k` : String(bytes),
  duration: ({ milliseconds }: Duration) =>
    milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`,
  boolean: (value) => (value ? 'on' : 'off'),
};

/** A line of nginx.conf. */
export const toDirective = ({ name, value }: Setting): string => `${name} ${print(value, nginxDialect)};`;
