const urls = new WeakMap<Blob, string>();

/** An address of a cover for this page; the same as long as the page has the cover. */
export function coverUrl(cover: Blob): string {
  const url = urls.get(cover) ?? URL.createObjectURL(cover);
  urls.set(cover, url);
  return url;
}
