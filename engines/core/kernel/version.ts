import corePackage from '../package.json';

export const version: string = corePackage.version;
