import { selector } from '../../setting';
import type { NginxInput } from './input';

export const serverTokens = selector('server_tokens', (_: NginxInput) => ({
  value: false,
  reason: 'nobody outside needs to know which version to look up',
  source: 'nginx documentation, http core module',
}));
