import fs from 'node:fs';
import path from 'node:path';
import { bundle, run } from '../child-process';
import { sequences, useHubs } from './scratch';
import { tortureTopic } from './torture-topic';

jest.setTimeout(60_000);
const memory = useHubs();

test('a writer and readers that open fifty rings at the same instant agree about each', async () => {
  const program = bundle(path.join(__dirname, 'race-child.ts'), memory.directory());
  const rings = path.join(memory.directory(), 'rings');
  const instant = String(Date.now() + 1000);
  const start = (role: string, name: string) => run(program, [role, rings, name, instant]).ended;
  await Promise.all([start('writer', 'w'), start('reader', 'a'), start('reader', 'b')]);
  const { openHub } = await import('@nautilus/core/transport');
  const hub = openHub({ directory: rings });
  for (let i = 0; i < 50; i++) {
    const topic = { ...tortureTopic, name: `race.t${i}` };
    for (const name of ['a', 'b']) {
      expect(sequences(hub.subscribe(topic, { name, reliable: true }))).toEqual([i]);
    }
  }
  hub.close();
  expect(fs.readdirSync(rings).filter((name) => name.startsWith('.'))).toEqual([]);
});
