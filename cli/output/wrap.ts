/** Breaks a text at its spaces so that no line is wider than `width`; a word that is longer stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Width of the terminal, within what reads well; elsewhere 100. */
export const textWidth = (out: { readonly columns?: number } = process.stdout): number =>
  Math.min(110, Math.max(60, out.columns ?? 100));
