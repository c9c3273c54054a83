const minutesPerHour = 60;

/** A duration as it is typed: whole hours and minutes. */
export interface TypedDuration {
  hours: string;
  minutes: string;
}

export function typedDuration(minutes: number): TypedDuration {
  return { hours: String(Math.floor(minutes / minutesPerHour)), minutes: String(minutes % minutesPerHour) };
}

/** The whole in minutes; NaN for what is no number. */
export function totalMinutes({ hours, minutes }: TypedDuration): number {
  return whole(hours) * minutesPerHour + whole(minutes);
}

function whole(text: string): number {
  const digits = text.trim();
  if (digits === "") return 0;
  return /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
}
