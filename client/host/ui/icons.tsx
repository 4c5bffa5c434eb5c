const PATHS = {
  play: "M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8A.8.8 0 0 0 8 5.2Z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  loop: "M7 7h9V4l5 4.5-5 4.5v-3H7a2 2 0 0 0-2 2v1H3v-1a5 5 0 0 1 4-5Zm10 10H8v3l-5-4.5L8 11v3h9a2 2 0 0 0 2-2v-1h2v1a5 5 0 0 1-4 5Z",
  sound: "M4 9v6h4l5 4.5v-15L8 9zM16 8.2a5 5 0 0 1 0 7.6M18.6 5.6a8.7 8.7 0 0 1 0 12.8",
  mute: "M4 9v6h4l5 4.5v-15L8 9zM16.5 9.5l5 5M21.5 9.5l-5 5",
  close: "M6 6l12 12M18 6L6 18",
} as const;

const STROKED: ReadonlySet<string> = new Set(["sound", "mute", "close"]);

/** A sign beside or in place of a word; what it means is said by the control that holds it. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={STROKED.has(name) ? "icon stroked" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
