import { run } from './index';

run(process.argv).then((code) => {
  process.exitCode = code;
});
