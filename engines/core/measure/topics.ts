import { defineLayout } from '../domain';

/** As large as the messages of the order path: one cache line. */
const Ping = defineLayout('Ping', { sequence: 'f64', sentAt: 'f64', a: 'f64', b: 'f64', c: 'i32', d: 'i32' });

export const MESSAGE_BYTES = Ping.size;
export const pingTopic = Object.freeze({ name: 'bench.ping', layout: Ping, capacity: 1024 });
export const pongTopic = Object.freeze({ name: 'bench.pong', layout: Ping, capacity: 1024 });
