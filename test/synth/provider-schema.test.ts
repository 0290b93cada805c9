import { violations } from './support/provider-schema';
import { profiles, synthesis } from './support/synthesis';

const stacks = ['storage', 'images', 'foundation', 'trading'];

describe.each(profiles)('profile %s', (name) => {
  const result = synthesis(name);

  test.each(stacks)('every attribute of %s is one that the provider takes', (id) => {
    const found = Object.entries(result.stack(id).resource).flatMap(([type, resources]) =>
      Object.values(resources).flatMap((resource) => violations(type, resource)),
    );
    expect(found).toEqual([]);
  });
});

describe('the check itself', () => {
  test('an unknown attribute, a wrong type and a missing one are found', () => {
    expect(violations('docker_container', { name: 1, oom_score: 5, ports: [{ external: 80 }] })).toEqual([
      'docker_container.image: required',
      'docker_container.name: 1 is no string',
      'docker_container.oom_score: unknown',
      'docker_container.ports[0].internal: required',
    ]);
  });
});
