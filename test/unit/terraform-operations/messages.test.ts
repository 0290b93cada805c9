import { parseMessage } from '../../../operations/terraform/messages';

const resource = {
  addr: 'docker_network.net',
  module: '',
  resource: 'docker_network.net',
  implied_provider: 'docker',
  resource_type: 'docker_network',
  resource_name: 'net',
  resource_key: null,
};

test('the begin and the end of a change are read', () => {
  const line = (type: string, hook: object) => JSON.stringify({ '@level': 'info', type, hook });
  expect(parseMessage(line('apply_start', { resource, action: 'create' }))).toEqual({
    type: 'started',
    hook: { address: 'docker_network.net', action: 'create', elapsedSeconds: 0 },
  });
  expect(parseMessage(line('apply_complete', { resource, action: 'create', elapsed_seconds: 2 }))).toEqual({
    type: 'finished',
    hook: { address: 'docker_network.net', action: 'create', elapsedSeconds: 2 },
  });
});

test.each([
  '',
  'Initializing the backend...',
  '{"cut off',
  '{"type":"version","terraform":"1.11.4"}',
  '{"type":"apply_start"}',
])('says nothing of interest: %s', (line) => expect(parseMessage(line)).toBeUndefined());
