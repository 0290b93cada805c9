/** The market data engine in a process of its own, `engine-process CONFIGURATION`: prints `ready`, ends with its input. */
import fs from 'node:fs';
import { parseConfiguration, startEngine } from '@nautilus/core/kernel';
import { marketdata } from '@nautilus/marketdata';
import pino from 'pino';

async function main(file: string): Promise<void> {
  const configuration = parseConfiguration(JSON.parse(fs.readFileSync(file, 'utf8')), marketdata);
  const running = await startEngine(marketdata, configuration, pino({ level: 'error' }, process.stderr));
  process.stdout.write('ready\n');
  process.stdin.resume().once('end', () => void running.stop());
}

void main(process.argv[2]!);
