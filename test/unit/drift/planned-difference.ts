import type { AttributeDifference } from '../../../operations/terraform';

/** An attribute that Terraform plans to change; without values where it tells none. */
export const difference = (
  attribute: string,
  before?: string,
  after?: string,
  replaces = false,
): AttributeDifference => ({
  attribute,
  ...(before !== undefined && { before, after }),
  replaces,
});
