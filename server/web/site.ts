/**
 * The relative address of the start page, with a slash at its end, for a page at a path: `./`, `../` and so
 * on. A proxy may serve all of Lightwall below a path of its site, and takes that path away, so that only
 * relative addresses are right on both sides.
 */
export function siteFrom(path: string): string {
  const folders = path.split("/").length - 2;
  return folders > 0 ? "../".repeat(folders) : "./";
}
