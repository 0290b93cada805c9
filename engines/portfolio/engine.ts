import { catalog } from '@nautilus/config/catalog';
import { withoutDomain } from '@nautilus/core/kernel';

export const portfolio = withoutDomain(catalog.portfolio);
