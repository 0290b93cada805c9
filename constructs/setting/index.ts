export { asked } from './requirement';
export * from './setting';
