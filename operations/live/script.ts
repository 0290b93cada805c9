import type { Answer, Answers } from './observed';

/** Seconds until a server that says nothing is given up: less than what the caller waits for the whole script. */
const SILENCE_S = 4;

/**
 * One program of many questions. Each answer stands between two lines that begin with `marker`, the second with the exit code.
 * `ask` runs a program that may hang; after one that did, the others are not tried.
 *
 * @param marker letters and digits that nobody inside can guess
 * @param silenceSeconds how long a program may say nothing
 */
export function combine(
  questions: Readonly<Record<string, string>>,
  marker: string,
  silenceSeconds = SILENCE_S,
): string {
  const parts = Object.entries(questions).map(
    ([name, script]) =>
      `printf '\\n%s begin ${name}\\n' ${marker}\n{\n${script}\n} 2>&1\nprintf '\\n%s end %s\\n' ${marker} "$?"\n`,
  );
  return `silent=
ask() {
  [ -z "$silent" ] || return 124
  timeout ${silenceSeconds} "$@"
  set -- "$?"
  case $1 in 124 | 143) silent=1 ;; esac
  return "$1"
}
${parts.join('')}`;
}

/** What each question was answered; one that was not answered whole is left out. */
export function separate(output: string, marker: string): Answers {
  const answers: Record<string, Answer> = {};
  for (const part of output.split(`\n${marker} begin `).slice(1)) {
    const end = part.lastIndexOf(`\n${marker} end `);
    if (end === -1) continue;
    const start = part.indexOf('\n');
    const exitCode = Number.parseInt(part.slice(end + `\n${marker} end `.length), 10);
    answers[part.slice(0, start)] = { exitCode, output: part.slice(start + 1, end) };
  }
  return answers;
}

/** What a question was answered. Throws where it was not, or not well. */
export function answered(answers: Answers, question: string): string {
  const answer = answers[question];
  if (answer === undefined) throw new Error(`${question}: no answer`);
  const { exitCode, output } = answer;
  if (exitCode === 124 || exitCode === 143) throw new Error(`${question}: the server does not answer`);
  if (exitCode !== 0)
    throw new Error(`${question}: ended with ${exitCode}: ${output.trim().split('\n').at(-1) || 'it said nothing'}`);
  return output;
}
