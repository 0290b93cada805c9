import { run } from './index';

// Whoever reads has seen enough: `nautilus … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

run(process.argv).then((code) => {
  process.exitCode = code;
});
