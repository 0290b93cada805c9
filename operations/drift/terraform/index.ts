export { compareTerraform } from './compare';
export { type ObservedTerraform, type ObserveTerraformProps, observeTerraform } from './observe';
