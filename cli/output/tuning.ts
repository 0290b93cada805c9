import { byService, type ExplainedSetting } from '@nautilus/operations/tune';
import { wrap } from './wrap';

/** Where the explanation of a setting begins. */
const indent = 6;

type Shown = Omit<ExplainedSetting, 'service' | 'declared'>;

/** A paragraph below a setting; what follows its first word stands under it. */
function paragraph(text: string, width: number): string[] {
  return wrap(text, width - indent).map((line) => ' '.repeat(indent) + line);
}

function block({ setting, value, reason, source, requirement }: Shown, width: number): string[] {
  return [
    `  ${setting} = ${value === '' ? '""' : value}`,
    ...paragraph(reason, width),
    ...paragraph(`source: ${source}`, width),
    ...(requirement ? paragraph(`asked for: ${requirement.value}; ${requirement.why}`, width) : []),
  ];
}

/** Every setting with its value, reason and source, by service, as wide as the terminal. */
export function tuningText(settings: readonly ExplainedSetting[], width: number): string {
  const { services, everyContainer } = byService(settings);
  const differs = settings.filter(({ requirement }) => requirement).length;
  const sections = services.map(({ service, settings: own }) => [
    service,
    ...own.flatMap((setting) => block(setting, width)),
    '',
  ]);
  return [
    ...sections.flat(),
    'every container',
    ...everyContainer.flatMap(({ value, ...rest }) => block({ ...rest, value: value ?? 'the claim' }, width)),
    '',
    ...wrap(
      `${settings.length} settings of ${new Set(settings.map(({ service }) => service)).size} services; ${differs} are not what the requirements ask for, and say why`,
      width,
    ),
  ].join('\n');
}
