import { violations } from './support/provider-schema';
import { profiles, synthesis } from './support/synthesis';

describe.each(profiles)('profile %s', (name) => {
  const result = synthesis(name);

  test.each(
    result.manifest.stacks.map((stack) => stack.name),
  )('every attribute of %s is one that its provider takes', (id) => {
    const found = Object.entries(result.stack(id).resource ?? {}).flatMap(([type, resources]) =>
      Object.values(resources).flatMap((resource) => violations(type, resource)),
    );
    expect(found).toEqual([]);
  });

  test('no container is left out of what is checked', () => {
    const checked = result.manifest.stacks.flatMap((stack) =>
      Object.keys(result.stack(stack.name).resource?.docker_container ?? {}),
    );
    expect(checked.sort()).toEqual([...Object.keys(result.profile.services), 'secrets'].sort());
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

  test('each provider has its own schema, and a type of none is no resource', () => {
    expect(violations('grafana_folder', { title: 'Nautilus', uid: 'nautilus', color: 'blue' })).toEqual([
      'grafana_folder.color: unknown',
    ]);
    expect(violations('aws_instance', {})).toEqual(['aws_instance: no such resource']);
  });
});
