import { explain } from '../../../operations/terraform/explain';

const said = (summary: string, address?: string) =>
  explain(
    { stack: 'trading', folder: '/stacks/trading', what: 'apply' },
    [{ severity: 'error', summary, address }],
    '',
  );

// Words of provider 4.5.0, Docker 20.10 and Terraform 1.11, as they were seen.
test.each([
  [
    'NAUT_NAME_TAKEN',
    'Unable to create container: Error response from daemon: Conflict. The container name "/nautilus-oms" is already in use by container "9f".',
    /nautilus-oms exists already/,
  ],
  [
    'NAUT_PORT_TAKEN',
    'driver failed programming external connectivity on endpoint nautilus-oms: Bind for 127.0.0.1:9010 failed: port is already allocated',
    /127\.0\.0\.1:9010/,
  ],
  [
    'NAUT_PORT_TAKEN',
    'Error starting userland proxy: listen tcp4 127.0.0.1:9010: bind: address already in use',
    /127\.0\.0\.1:9010/,
  ],
  [
    'NAUT_OPEN_FILES',
    'OCI runtime create failed: runc create failed: unable to start container process: error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: unknown',
    /as many files/,
  ],
  ['NAUT_SUBNET_TAKEN', 'Unable to create network: Pool overlaps with other one on this address space', /subnet/],
  [
    'NAUT_NETWORK_IN_USE',
    "timeout while waiting for state to become 'removed' (last state: 'pending', timeout: 30s)",
    /a network cannot be removed/,
  ],
  [
    'NAUT_IMAGE_MISSING',
    'Unable to read Docker image into resource: unable to find or pull image nautilus/oms:123',
    /nautilus\/oms:123/,
  ],
  ['NAUT_UNHEALTHY', 'container failed to be in healthy state', /healthy/],
  ['NAUT_STATE_LOCKED', 'Error acquiring the state lock', /another terraform/],
  ['NAUT_PLAN_STALE', 'Saved plan is stale', /after the plan was made/],
  ['NAUT_PROVIDER_MISSING', 'Failed to query available provider packages', /provider/],
  [
    'NAUT_TOO_MANY_CPUS',
    'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available',
    /more CPUs than the engine has \(2\.00\)/,
  ],
] as const)('%s: %s', (code, summary, message) => {
  const error = said(summary);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.fix).toBeDefined();
  expect(error.details.join('\n')).toContain(summary);
});

test('an error that nobody has met yet is shown in its own words, with the object that it is about', () => {
  expect(said('something new', 'docker_container.oms').format()).toBe(
    [
      'NAUT_TERRAFORM_FAILED  terraform apply of stack trading failed',
      '  terraform apply of stack trading says:',
      '    docker_container.oms: something new',
    ].join('\n'),
  );
});

test('a protected volume is told by the reason that terraform gives only in the details', () => {
  const detail =
    'Resource docker_volume.oms-data has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed.';
  expect(
    explain(
      { stack: 'storage', folder: '/stacks/storage', what: 'plan' },
      [{ severity: 'error', summary: 'Instance cannot be destroyed', detail }],
      '',
    ).code,
  ).toBe('NAUT_DATA_PROTECTED');
});

test('a locked state is told with who has it and the command that releases it', () => {
  // Terraform 1.11 with its state in PostgreSQL.
  const detail =
    'pq: could not obtain lock\nLock Info:\n  ID:        9758c6d7-2d21\n  Path:      \n  Operation: OperationTypeApply\n  Who:       trader@desk\n';
  const error = explain(
    { stack: 'trading', folder: '/stacks/trading', what: 'plan' },
    [{ severity: 'error', summary: 'Error acquiring the state lock', detail }],
    '',
  );
  expect(error.fix).toMatch(/wait for trader@desk;.* -chdir=\/stacks\/trading force-unlock 9758c6d7-2d21$/);
});

test.each([
  ['NAUT_DISK_FULL', 'Failed to write plan: write nautilus-1.tfplan: no space left on device'],
  ['NAUT_STATE_ELSEWHERE', 'Error: Backend configuration changed'],
  ['NAUT_STATE_ELSEWHERE', 'Error: Backend initialization required, please run "terraform init"'],
  ['NAUT_STATE_UNREACHABLE', 'Error: Error loading state: Failed to get state: dial tcp: connection timed out'],
] as const)('%s: %s', (code, output) => {
  const error = explain({ stack: 'trading', folder: '/stacks/trading', what: 'init' }, [], output);
  expect(error.code).toBe(code);
  expect(error.fix).toBeDefined();
});

test('warnings are no cause', () => {
  const error = explain(
    { stack: 'storage', folder: '/stacks/storage', what: 'init' },
    [{ severity: 'warning', summary: 'deprecated' }],
    'Error: the real one',
  );
  expect(error.details.join('\n')).toContain('the real one');
  expect(error.details.join('\n')).not.toContain('deprecated');
});
