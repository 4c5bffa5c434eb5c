/** A song's title by its file: the name without folder and extension, underscores as spaces. */
export function songTitle(fileName: string): string {
  const name = fileName.replace(/^.*[/\\]/, "");
  const bare = name.replace(/(?<=.)\.[a-z0-9]{1,5}$/i, "");
  return bare.replaceAll("_", " ").trim() || name;
}

/** A time in seconds as `m:ss`, or `h:mm:ss` from an hour on; `–:––` where it is not known. */
export function formatTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–:––";
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  if (hours === 0) return `${parts[0]}:${padded(parts[1]!)}`;
  return [hours, ...parts.map(padded)].join(":");
}

/** A share 0..1 as a percentage: a decimal below 10 %, where it matters. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

function padded(part: number): string {
  return String(part).padStart(2, "0");
}
