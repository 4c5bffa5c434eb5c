/** The text of the page for each HTTP error status. */
const TEXTS: Readonly<Record<number, { title: string; text: string }>> = {
  403: {
    title: "Only on the server itself",
    text:
      "Only the machine that runs the server may open this page. To read <code>/metrics</code> from " +
      "another machine, set <code>METRICS_TOKEN</code> on the server and send it as a bearer token.",
  },
  421: {
    title: "Not an address of this server",
    text:
      "Open the address that the server printed when it started. If you run the server and this name is " +
      "right, add it to <code>HOSTNAMES</code> and start the server again.",
  },
  404: {
    title: "Page not found",
    text: "There is no page and no wall at this address. Check the code, or go to the start page.",
  },
  503: {
    title: "The pages are not built yet",
    text: "Run <code>npm run build</code> on the server, then reload this page.",
  },
};

const OTHERS = {
  title: "That did not work",
  text: "The server could not answer this request. Go to the start page and try again.",
};

const START = '  <a href="/">Go to the start page</a>\n';

/** Asks for another code. Works without a script: the server reads the code and redirects. */
const CODE_FORM = `  <form action="/w">
    <label for="code">Wall code</label>
    <input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false"
      enterkeyhint="go" maxlength="200" required>
    <button>Join</button>
  </form>
`;

/** A self-contained page that explains an HTTP error status, in the style of the other pages. */
export function messagePage(status: number): string {
  const { title, text } = TEXTS[status] ?? OTHERS;
  // With a wrong host name the start page is refused too.
  return page(title, text, status === 421 ? "" : START);
}

/**
 * The page for a code that no wall has, with a field for another one.
 * @param problem what is wrong with the code, as HTML
 */
export function wrongCodePage(problem: string): string {
  return page("No wall with this code", problem, CODE_FORM + START);
}

function page(title: string, text: string, help: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark">
<title>${title} · Lightwall</title>
<style>
  :root { font-size: max(100%, 1.6vmin); }
  body { margin: 0; min-height: 100svh; display: grid; place-content: center; padding: 1.5rem;
    box-sizing: border-box; background: #07070a; color: #ececf1; font: 1.0625rem/1.5 system-ui, sans-serif; }
  main { max-width: 34rem; }
  h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 600; margin: 0 0 0.75rem; }
  p { color: #a3a3b2; margin: 0 0 1.5rem; }
  a { color: inherit; text-underline-offset: 0.25em; }
  form { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; margin: 0 0 1.5rem; }
  input, button { min-height: 2.75rem; padding: 0 1rem; color: inherit; font: inherit; background: #111117;
    border: 1px solid #2a2a34; border-radius: 0.75rem; }
  label { flex-basis: 100%; }
  input { width: 9rem; text-align: center; text-transform: uppercase; }
</style>
<main>
  <h1>${title}</h1>
  <p>${text}</p>
${help}</main>
</html>
`;
}
