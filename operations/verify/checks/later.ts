import { type Check, check, notApplicable } from '../check';

type Later = Pick<Check, 'id' | 'source' | 'command' | 'what' | 'expectation'> & { readonly reason: string };

const accelerator = 'the accelerator on the host does not exist yet: every engine computes on the CPU, and says so';
const orchestrator = 'the memory orchestrator does not exist yet';

/** What the requirements verify and the platform does not have at all, so that nobody takes its silence for a pass. */
const later: readonly Later[] = [
  {
    id: 'hardware/metal',
    source: 'P Troubleshooting: hardware detection; README 3',
    command: 'python3 -c "import torch; print(torch.backends.mps.is_available())"',
    what: 'Metal is available to the engines',
    expectation: 'the accelerator on the host says that it computes on Metal',
    reason: accelerator,
  },
  {
    id: 'diagnostics/neural-engine',
    source: 'P Advanced configuration: NEURAL_ENGINE_DEBUG',
    command: 'export NEURAL_ENGINE_DEBUG=1',
    what: 'the Neural Engine’s work is logged',
    expectation: 'each inference is in the accelerator’s log',
    reason: accelerator,
  },
  {
    id: 'hardware/utilization',
    source: 'U Health monitoring: hardware utilization',
    what: 'Metal and the Neural Engine are watched',
    expectation: 'their use is in Prometheus',
    reason: accelerator,
  },
  {
    id: 'stress/volume',
    source: 'P Performance validation: trading performance; README 18',
    command: 'python3 tests/volume_stress_test.py',
    what: 'the platform bears a day’s load',
    expectation: 'sustained load over every engine, with percentiles and errors',
    reason: 'the volume stress test does not exist yet; `nautilus bench` measures single parts',
  },
  {
    id: 'memory/bandwidth',
    source: 'U Health monitoring: bandwidth usage; README 27',
    what: 'memory bandwidth is watched',
    expectation: 'its use is in Prometheus, with alerts at 70, 85, 95 and 98 %',
    reason: `nothing here can measure it: ${orchestrator}`,
  },
  {
    id: 'memory/metrics',
    source: 'U Prometheus integration; README 28',
    command: 'curl localhost:9091/metrics',
    what: 'the six nautilus_memory_* metrics are there',
    expectation: 'each of the six names, moving; what is unknown is absent',
    reason: orchestrator,
  },
  {
    id: 'memory/start-up',
    source: 'U Startup procedure; README 29',
    command: 'start_unified_memory_system(); start_container_orchestration(); start_monitoring()',
    what: 'the unified memory system can be started',
    expectation: 'the three calls of the start-up procedure',
    reason: orchestrator,
  },
  {
    id: 'memory/integration',
    source: 'U Validation results; README 23–25',
    command: 'memory/integration_test.py',
    what: 'regions, pools and zero-copy buffers work',
    expectation: 'the six core tests',
    reason: 'regions and pools of unified memory do not exist yet; the engines’ rings are tried by trading/latency',
  },
  {
    id: 'memory/emergency',
    source: 'U Emergency procedures; README 26, 30',
    what: 'a memory emergency is survived',
    expectation: 'cleanup, scale-down of what matters least, an alert',
    reason: orchestrator,
  },
  {
    id: 'memory/maintenance',
    source: 'U Maintenance operations; README 31',
    what: 'maintenance is done in its time',
    expectation: 'daily, weekly, monthly and quarterly tasks have run',
    reason: orchestrator,
  },
  {
    id: 'memory/tools',
    source: 'U Development tools; README 32',
    what: 'memory can be profiled, and leaks are found',
    expectation: 'profiler, benchmark suite and leak detection answer',
    reason: 'memory profiler and leak detection do not exist yet',
  },
];

export const laterChecks: readonly Check[] = later.map(({ reason, ...described }) =>
  check({ ...described, unavailable: () => reason, read: async () => undefined, judge: () => notApplicable(reason) }),
);
