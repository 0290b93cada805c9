import { changesEngine, plannedChanges, type RawPlan } from '../../../operations/terraform/plan';

type Change = NonNullable<RawPlan['resource_changes']>[number]['change'];

const container = (change: Change): RawPlan => ({
  resource_changes: [{ address: 'docker_container.oms', type: 'docker_container', name: 'oms', change }],
});
const update = (before: object, after: object, rest: Partial<Change> = {}) =>
  plannedChanges(container({ actions: ['update'], before: { ...before }, after: { ...after }, ...rest }))[0];

test('what stays as it is is no change', () => {
  expect(plannedChanges(container({ actions: ['no-op'], before: { memory: 64 }, after: { memory: 64 } }))).toEqual([]);
});

test('an object is named as Docker names it', () => {
  expect(plannedChanges(container({ actions: ['create'], before: null, after: { name: 'nautilus-ci-oms' } }))).toEqual([
    { address: 'docker_container.oms', kind: 'container', name: 'nautilus-ci-oms', action: 'create', differences: [] },
  ]);
});

test('a change of a short value shows what it was and becomes', () => {
  expect(update({ memory: 64, restart: 'no' }, { memory: 96, restart: 'always' })?.differences).toEqual([
    { attribute: 'memory', before: '64', after: '96', replaces: false },
    { attribute: 'restart', before: 'no', after: 'always', replaces: false },
  ]);
});

test('what an object that stays had, and is not declared, is taken away', () => {
  expect(update({ cpu_set: '0' }, { cpu_set: null })?.differences).toEqual([
    { attribute: 'cpu_set', before: '0', after: 'unset', replaces: false },
  ]);
});

test('unset and empty are the same: the engine reads one back as the other', () => {
  const before = { dns: [], cpu_shares: 0, user: '', labels: [{ label: 'a', value: '', extra: null }] };
  const after = { dns: null, cpu_shares: null, user: null, labels: [{ label: 'a' }] };
  expect(update(before, after)?.differences).toEqual([]);
});

test('what is only known after the apply is told when it forces a replacement, and not otherwise', () => {
  const change: Change = {
    actions: ['delete', 'create'],
    before: { image: 'sha256:aaaaaaaaaaaaaaaaaaaa', id: 'x' },
    after: {},
    after_unknown: { image: true, id: true },
    replace_paths: [['image']],
  };
  expect(plannedChanges(container(change))).toMatchObject([
    { action: 'replace', differences: [{ attribute: 'image', replaces: true }] },
  ]);
});

test('a value that terraform marks as secret is never shown', () => {
  expect(update({ key: 'old' }, { key: 'new' }, { after_sensitive: { key: true } })?.differences).toEqual([
    { attribute: 'key', replaces: false },
  ]);
});

test('an image that stays on the engine is forgotten, not destroyed', () => {
  const remove = (keep_locally: boolean) =>
    plannedChanges(container({ actions: ['delete'], before: { keep_locally }, after: null }))[0]?.action;
  expect([remove(true), remove(false)]).toEqual(['forget', 'destroy']);
});

test('an image without a build changes nothing on the engine, one with a build does', () => {
  const image = (after: object): RawPlan => ({
    resource_changes: [
      {
        address: 'docker_image.oms',
        type: 'docker_image',
        name: 'oms',
        change: { actions: ['create'], before: null, after: { name: 'nautilus/oms:1', ...after } },
      },
    ],
  });
  const changes = [image({ build: [] }), image({ build: [{ context: '.' }] })].flatMap(plannedChanges);
  expect(changes.map((change) => [change.action, changesEngine(change)])).toEqual([
    ['adopt', false],
    ['create', true],
  ]);
});
