import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { CodedError } from '../domain/coded-error';
import { type Hub, openHub } from '../transport';
import { loadConfiguration, type ProcessConfig } from './configuration';
import type { Engine, EngineDefinition } from './definition';
import { DutyCycle, eventLoop } from './duty-cycle';
import { EngineError, errorBody, formatError } from './errors';
import { createIo } from './io';
import { Latencies } from './latency';
import { createLogger } from './logging';
import { EngineMemory } from './memory';
import { exportProcess } from './process-metrics';
import { closeServer, createServer } from './server';
import { StatusReader } from './status';
import { Topics } from './topics';
import { version } from './version';

/** An orderly stop that takes longer is ended by force. */
const STOP_WITHIN_MS = 5000;

interface RunningEngine<E> {
  readonly engine: E;
  readonly port: number;
  /** Stops polling, stops the engine, closes the server. */
  stop(): Promise<void>;
}

async function listen(app: FastifyInstance, { service, host, port }: ProcessConfig): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new EngineError({
        code: 'NAUT_PORT_TAKEN',
        message: `${service} cannot listen on ${host}:${port}: another program has that port`,
        value: port,
        fix: `stop the other program (lsof -i :${port} names it), or give ${service} another port in the profile`,
        cause,
      });
    }
    throw new EngineError({
      code: 'NAUT_LISTEN_FAILED',
      message: `${service} cannot listen on ${host}:${port}: ${message}`,
      value: `${host}:${port}`,
      cause,
    });
  }
  return (app.server.address() as AddressInfo).port;
}

/**
 * Starts an engine in this process. The port is taken first: a second start of a running engine fails before it touches
 * a journal or a ring.
 *
 * @param onFatal what to do when a poll throws, or shared memory was taken away; the engine is not polled again
 */
export async function startEngine<Own, E extends Engine>(
  definition: EngineDefinition<Own, E>,
  configuration: ProcessConfig<Own>,
  log: Logger = createLogger(configuration),
  onFatal: (error: unknown) => void = (error) => {
    throw error;
  },
): Promise<RunningEngine<E>> {
  const metrics = new Registry();
  metrics.setDefaultLabels({ service: configuration.service });
  const latencies = new Latencies(metrics);
  const memory = new EngineMemory(configuration, () => latencies.hop('memory allocation'), metrics);
  let engine: E | undefined;
  let topics: Topics | undefined;
  let started = false;
  let stopped: Promise<void> | undefined;
  const ready = () => (stopped ? 'stopping' : started ? (topics?.problem ?? engine?.ready?.() ?? true) : 'starting');
  const status = new StatusReader(configuration);
  exportProcess(metrics, configuration, () => ready() === true);

  const app = await createServer(
    definition,
    {
      engine: () => engine,
      ready,
      stopping: () => stopped !== undefined,
      status: () => status.read(engine?.status?.()),
      memory,
    },
    { log, metrics, latencies },
  );
  const port = await listen(app, configuration);
  let hub: Hub | undefined;
  let cycle: DutyCycle | undefined;
  let watch: NodeJS.Timeout | undefined;
  const stop = async () => {
    cycle?.stop();
    clearInterval(watch);
    memory.stop();
    if (started) await engine?.stop?.();
    await closeServer(app);
    await topics?.close();
    hub?.close();
  };

  try {
    hub = openHub({ directory: configuration.sharedMemory });
    topics = await Topics.open(
      configuration,
      hub,
      [...Object.values(definition.consumes ?? {}), ...Object.values(definition.produces ?? {})],
      log,
    );
    engine = await definition.create(
      configuration.engine,
      createIo(definition, { configuration, hub, topics, log, metrics, latencies, memory }),
    );
    await engine.start?.();
  } catch (error) {
    await closeServer(app);
    await topics?.close();
    hub?.close();
    throw error;
  }
  const running = engine;
  started = true;
  if (log.isLevelEnabled('debug'))
    log.debug({ ...(await status.read(engine.status?.())), peers: configuration.peers }, 'started as');
  watch = watchSharedMemory(hub, onFatal);
  if (running.poll) {
    const poll = (): number => {
      const worked = running.poll!();
      if (worked === 0) memory.tidy();
      return worked;
    };
    cycle = new DutyCycle(poll, configuration.poll, onFatal, eventLoop, () => running.waits?.() ?? true);
    cycle.start();
  }
  log.info({ port, poll: configuration.poll, version }, `${configuration.service} runs`);
  return { engine: running, port, stop: () => (stopped ??= stop()) };
}

/** How often an engine looks whether its rings and tables are still those that everybody else has. */
const WATCH_MS = 1000;

function watchSharedMemory(hub: Hub, onFatal: (error: unknown) => void): NodeJS.Timeout {
  const watch = setInterval(() => {
    try {
      hub.verify();
    } catch (error) {
      clearInterval(watch);
      onFatal(error);
    }
  }, WATCH_MS);
  return watch.unref();
}

/** For people on standard error, for programs in the log; then exit 1. */
function fail(error: unknown, log: Logger | undefined, message: string): never {
  if (error instanceof CodedError) {
    log?.fatal(errorBody(error), error.message);
    process.stderr.write(`${formatError(error)}\n`);
  } else {
    log?.fatal({ err: error }, message);
    if (!log) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  process.exit(1);
}

/** SIGTERM and SIGINT end the engine in order; the second one at once. */
function stopOnSignals(log: Logger, stop: () => Promise<void>): void {
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled) process.exit(1);
    signalled = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error({ withinMs: STOP_WITHIN_MS }, 'the engine did not stop in time');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    stop().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error) => fail(error, log, 'the engine failed while stopping'),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * The whole life of an engine's process. Crash-only: an error that nobody expected, a poll that throws included, is logged
 * and ends the process with exit code 1; what must survive is in the journal.
 */
export async function runEngine<Own, E extends Engine>(definition: EngineDefinition<Own, E>): Promise<void> {
  let log: Logger | undefined;
  try {
    const configuration = loadConfiguration(definition);
    const logger = createLogger(configuration);
    log = logger;
    process.on('uncaughtException', (error) => fail(error, logger, 'an error that nobody expected'));
    process.on('unhandledRejection', (error) => fail(error, logger, 'a promise that nobody awaited failed'));
    let stop = async () => {};
    stopOnSignals(logger, () => stop());
    const running = await startEngine(definition, configuration, logger, (error) =>
      fail(error, logger, 'a poll failed'),
    );
    stop = () => running.stop();
  } catch (error) {
    fail(error, log, 'the engine could not start');
  }
}
