import type { CatalogService } from '@nautilus/config/catalog';
import * as z from 'zod';
import { defineEngine } from './definition';

/**
 * An engine whose domain work is not written yet: it is deployed, watched and limited like any other, and says in its status that
 * it does nothing.
 */
export const withoutDomain = (service: CatalogService) =>
  defineEngine({
    service,
    config: z.strictObject({}),
    create: () => ({
      status: () => ({
        domain: null,
        reason: `${service.name} does no domain work yet: it runs, and answers nothing else`,
      }),
    }),
  });
