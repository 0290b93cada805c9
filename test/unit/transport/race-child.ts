/** Opens a topic at a given instant, as `writer` or `reader`: `role directory name instant`. */
import { openHub } from '../../../engines/core/transport';
import { tortureTopic } from './torture-topic';

const [role, directory, name, instant] = process.argv.slice(2) as [string, string, string, string];
const hub = openHub({ directory });
while (Date.now() < Number(instant));
for (let i = 0; i < 50; i++) {
  const topic = { ...tortureTopic, name: `race.t${i}` };
  if (role === 'writer') {
    const publication = hub.publish(topic);
    const message = publication.claim();
    if (!message) throw new Error('no room');
    message.sequence = i;
    publication.commit();
  } else hub.subscribe(topic, { name, reliable: true, from: 'oldest' });
}
hub.close();
