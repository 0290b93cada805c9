const DAY_MS = 86_400_000;

/** A day as a number that sorts: 2012-06-21 is 20120621. */
export const dayNumber = (day: string): number => Number(day.replaceAll('-', ''));

export const dayText = (day: number): string => {
  const text = String(day);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
};

/** The first day after this one that is neither on a weekend nor a holiday. */
export function nextBusinessDay(day: string, holidays: ReadonlySet<string>): string {
  for (let at = Date.parse(day) + DAY_MS; ; at += DAY_MS) {
    const date = new Date(at);
    const text = date.toISOString().slice(0, 10);
    if (date.getUTCDay() % 6 !== 0 && !holidays.has(text)) return text;
  }
}

/** Business days after a day. */
export function businessDaysAfter(day: string, days: number, holidays: ReadonlySet<string>): string {
  let result = day;
  for (let left = days; left > 0; left--) result = nextBusinessDay(result, holidays);
  return result;
}
