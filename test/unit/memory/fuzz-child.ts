/** Random operations on one strategy, compiled as the engines are: `strategy operations`. Prints how many there were of each kind. */
import { fuzz } from './fuzz';
import { strategies } from './strategy-cases';

const [name, operations] = process.argv.slice(2) as [string, string];
const { make, arena, options } = strategies[name]!;
const counts = fuzz(make(arena), { seed: 20_26_11, operations: Number(operations), arena, ...options(arena) });
process.stdout.write(JSON.stringify(counts));
