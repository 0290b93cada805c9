import { run } from '../../../operations/terraform/process';
import { reported } from '../../../operations/terraform/synthesize';

const script = (text: string, onLine?: (line: string) => void) =>
  run(process.execPath, ['-e', text], { cwd: process.cwd(), env: process.env, onLine });

test('lines arrive whole, the last one without its newline too', async () => {
  const lines: string[] = [];
  await script('process.stdout.write("one\\ntw"); setTimeout(() => process.stdout.write("o\\nthree"), 50)', (line) =>
    lines.push(line),
  );
  expect(lines).toEqual(['one', 'two', 'three']);
});

test('an interrupt reaches the child once, and its orderly end is waited for', async () => {
  const child = `
    let interrupts = 0;
    process.on('SIGINT', () => { interrupts++; setTimeout(() => { console.log('interrupts ' + interrupts); process.exit(3); }, 100); });
    setInterval(() => undefined, 1000);
    console.log('ready');`;
  const finished = await script(child, (line) => {
    if (line === 'ready') process.emit('SIGINT');
  });
  expect(finished).toMatchObject({ exitCode: 3, interrupted: true });
  expect(finished.stdout).toContain('interrupts 1');
});

test('a program that is not there is told by its name', async () => {
  await expect(run('no-such-program', [], { cwd: process.cwd(), env: process.env })).rejects.toMatchObject({
    code: 'NAUT_PROGRAM_MISSING',
  });
});

test('an error that the app printed is the same error here', () => {
  const text = [
    'a warning before it',
    'NAUT_BUDGET_EXCEEDED  profile x asks for 21.5 GiB',
    '  postgres 8.0 GiB',
    '    of which shared 2.0 GiB',
    '  fix: lower a claim',
    '',
  ].join('\n');
  expect(reported(text)).toMatchObject({
    code: 'NAUT_BUDGET_EXCEEDED',
    message: 'profile x asks for 21.5 GiB',
    details: ['postgres 8.0 GiB', '  of which shared 2.0 GiB'],
    fix: 'lower a claim',
  });
  expect(reported('TypeError: x is not a function')).toBeUndefined();
});
