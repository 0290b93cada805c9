import { catalog } from '@nautilus/config/catalog';
import { withoutDomain } from '@nautilus/core/kernel';

export const strategy = withoutDomain(catalog.strategy);
