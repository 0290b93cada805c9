import { profileArgument } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import { type ExplainedSetting, explainSettings } from './explain';
import { byService } from './shared';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string) => `\`${text === '' ? '""' : cell(text)}\``;

function row({ setting, value, reason, source, requirement }: Omit<ExplainedSetting, 'service' | 'declared'>): string {
  const asked = requirement ? `${code(requirement.value)}: ${cell(requirement.why)}` : '';
  return `| ${code(setting)} | ${code(value)} | ${cell(reason)} | ${cell(source)} | ${asked} |`;
}

const header = ['| setting | value | why | source | asked for, and why not |', '|---|---|---|---|---|'];

/** The page docs/reference/tuning.md, as Markdown: every setting of a profile. */
export function tuningReference(manifest: Manifest): string {
  const { services, everyContainer } = byService(explainSettings(manifest));
  const { profile } = manifest;
  return [
    '# Reference: tuning',
    '',
    `Every setting of profile \`${profile.name}\`. Generated: \`npx nautilus tune reference --profile ${profileArgument(profile)} > docs/reference/tuning.md\`;`,
    'another profile has other values by the same formulas: `npx nautilus tune explain --profile NAME`.',
    '',
    ...services.flatMap(({ service, settings }) => [`## ${service}`, '', ...header, ...settings.map(row), '']),
    '## every container',
    '',
    ...header,
    ...everyContainer.map(({ value, ...rest }) => row({ ...rest, value: value ?? 'the claim' })),
    '',
  ].join('\n');
}
