import * as z from 'zod';
import type { Hardware } from './configuration';
import { fact, factOf } from './facts';

const Figure = factOf(z.number());

/** The machine as the profile declares it. */
export const DeclaredMachine = z.object({
  performanceCores: Figure,
  efficiencyCores: Figure,
  gpuCores: Figure,
  neuralEngineCores: Figure,
  memoryBytes: Figure,
  memoryBandwidth: Figure.describe('peak, 10⁹ bytes a second'),
});

export type DeclaredMachine = z.infer<typeof DeclaredMachine>;

/** What the profile says of the machine; an engine cannot see it from its container. */
export function declaredMachine(hardware: Hardware): DeclaredMachine {
  const told = hardware.model === 'm4-max' ? hardware : undefined;
  const declared = (key: keyof DeclaredMachine) =>
    fact('profile', told?.[key], 'the profile is written for any machine');
  return {
    performanceCores: declared('performanceCores'),
    efficiencyCores: declared('efficiencyCores'),
    gpuCores: declared('gpuCores'),
    neuralEngineCores: declared('neuralEngineCores'),
    memoryBytes: declared('memoryBytes'),
    memoryBandwidth: declared('memoryBandwidth'),
  };
}
