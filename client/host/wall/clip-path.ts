/** A rectangle in CSS pixels. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A `clip-path` in CSS that leaves nothing. */
const NOTHING = "inset(100%)";

/** A `clip-path` in CSS that leaves these rectangles, with corners of this radius in CSS pixels. */
export function clipPathOf(rectangles: readonly Rectangle[], radius: number): string {
  const figures = rectangles
    .filter(({ width, height }) => width > 0 && height > 0)
    .map(({ left, top, width, height }) => {
      const r = Math.min(radius, width / 2, height / 2);
      const corner = (x: number, y: number) => `a${r} ${r} 0 0 1 ${x} ${y}`;
      const [across, down] = [width - 2 * r, height - 2 * r];
      return [
        `M${left + r} ${top}`,
        `h${across}${corner(r, r)}`,
        `v${down}${corner(-r, r)}`,
        `h${-across}${corner(-r, -r)}`,
        `v${-down}${corner(r, -r)}z`,
      ].join("");
    });
  return figures.length > 0 ? `path("${figures.join("")}")` : NOTHING;
}
