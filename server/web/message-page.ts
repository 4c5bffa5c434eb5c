/** What a page says that stands in for the one asked for. */
const TEXTS: Readonly<Record<number, { title: string; text: string }>> = {
  403: {
    title: "Not from here",
    text: "This address is for the machine that the server runs on. The figures of <code>/metrics</code> are shown to others with <code>METRICS_TOKEN</code>.",
  },
  421: {
    title: "Not an address of this server",
    text: "Open the address that the server printed when it started. Whoever runs it: add this name to <code>HOSTNAMES</code> and start the server again.",
  },
  404: {
    title: "Nothing here",
    text: "This address leads to no wall and no page. Check the code, or start from the beginning.",
  },
  503: {
    title: "The pages are not built yet",
    text: "Run <code>npm run build</code> where the server runs, then reload this page.",
  },
};

const OTHERS = {
  title: "That did not work",
  text: "The server could not answer this request. Start from the beginning.",
};

/** A small self-contained page in the look of the others, for an HTTP error status. */
export function messagePage(status: number): string {
  const { title, text } = TEXTS[status] ?? OTHERS;
  // Under a name that is not the server's, the start page is refused as well.
  const start = status === 421 ? "" : '  <a href="/">To the start</a>\n';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark">
<title>${title} · Lightwall</title>
<style>
  @media (min-width: 2400px) { :root { font-size: 150%; } }
  body { margin: 0; min-height: 100svh; display: grid; place-content: center; padding: 1.5rem; box-sizing: border-box;
    background: #07070a; color: #ececf1; font: 1.0625rem/1.5 system-ui, sans-serif; }
  main { max-width: 34rem; }
  h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 600; margin: 0 0 0.75rem; }
  p { color: #a3a3b2; margin: 0 0 1.5rem; }
  a { color: inherit; text-underline-offset: 0.25em; }
</style>
<main>
  <h1>${title}</h1>
  <p>${text}</p>
${start}</main>
</html>
`;
}
