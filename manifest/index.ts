export * from './file';
export * from './output';
export * from './schema';
