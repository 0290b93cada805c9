/** What an attribute of Terraform is called in the other layers. */
interface Attribute {
  /** Kind of the finding. */
  readonly kind: string;
  readonly what: string;
}

const container: Readonly<Record<string, Attribute>> = {
  must_run: { kind: 'stopped', what: 'state' },
  name: { kind: 'missing', what: 'container' },
  image: { kind: 'image', what: 'image' },
  memory: { kind: 'memory', what: 'memory limit (MiB)' },
  memory_swap: { kind: 'swap', what: 'memory and swap (MiB)' },
  memory_reservation: { kind: 'reservation', what: 'memory reservation (MiB)' },
  cpus: { kind: 'cpus', what: 'CPUs' },
  cpu_shares: { kind: 'cpu-shares', what: 'CPU shares' },
  cpu_set: { kind: 'cpuset', what: 'CPU set' },
  shm_size: { kind: 'shm', what: 'shared memory (MiB)' },
  restart: { kind: 'restart-policy', what: 'restart policy' },
  max_retry_count: { kind: 'restart-policy', what: 'restart policy' },
  networks_advanced: { kind: 'network-missing', what: 'network' },
  network_mode: { kind: 'network-missing', what: 'network' },
  command: { kind: 'command', what: 'command' },
  entrypoint: { kind: 'entrypoint', what: 'entrypoint' },
  user: { kind: 'user', what: 'user' },
  group_add: { kind: 'groups', what: 'groups' },
  working_dir: { kind: 'working-directory', what: 'working directory' },
  hostname: { kind: 'hostname', what: 'host name' },
  env: { kind: 'env', what: 'environment' },
  labels: { kind: 'labels', what: 'labels' },
  mounts: { kind: 'mounts', what: 'mounts' },
  capabilities: { kind: 'capabilities', what: 'capabilities' },
  security_opts: { kind: 'security-options', what: 'security options' },
  read_only: { kind: 'read-only', what: 'read-only root' },
  privileged: { kind: 'privileged', what: 'privileged' },
  init: { kind: 'init', what: 'init' },
  tmpfs: { kind: 'tmpfs', what: 'tmpfs' },
  sysctls: { kind: 'sysctls', what: 'sysctls' },
  ulimit: { kind: 'ulimits', what: 'ulimits' },
  healthcheck: { kind: 'health-check', what: 'health check' },
  log_driver: { kind: 'log', what: 'log driver' },
  log_opts: { kind: 'log', what: 'log options' },
  ports: { kind: 'ports', what: 'published ports' },
  stop_timeout: { kind: 'stop-timeout', what: 'stop timeout (s)' },
};

const network: Readonly<Record<string, Attribute>> = {
  driver: { kind: 'driver', what: 'driver' },
  options: { kind: 'options', what: 'options' },
  ipam_config: { kind: 'subnet', what: 'subnet' },
  labels: { kind: 'labels', what: 'labels' },
};

const volume: Readonly<Record<string, Attribute>> = {
  driver: { kind: 'driver', what: 'driver' },
  driver_opts: { kind: 'options', what: 'options' },
  labels: { kind: 'labels', what: 'labels' },
};

const byObject: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = { container, network, volume };

/** Undefined for what only Terraform knows of. */
export const attributeOf = (object: string, attribute: string): Attribute | undefined => byObject[object]?.[attribute];
