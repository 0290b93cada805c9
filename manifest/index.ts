export * from './file';
export * from './schema';
