export { leastSquares, ones, type Regression } from './least-squares';
export { Random } from './random';
