import { element, setText } from "../shared/page.ts";
import { deviceOf } from "./device.ts";
import { secureAddress } from "./secure-address.ts";

const root = document.documentElement;
const asked = new URLSearchParams(location.search).get("to");
const probe = secureAddress(location.href, "probe");
const next = secureAddress(location.href, asked ?? "/");

for (const id of ["secure", "anyway"]) element<HTMLAnchorElement>(id).href = next;
element("again").addEventListener("click", check);

const own = element<HTMLDetailsElement>(deviceOf(navigator));
own.classList.add("own");

// Whoever comes back from the settings of the device finds the answer here.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void check();
});
void check();
void showFingerprint();

/** Finds out whether this device trusts the server: if not, its browser refuses the request. */
async function check(): Promise<void> {
  try {
    await fetch(probe, { mode: "no-cors", cache: "no-store" });
  } catch {
    // Only once: the person may have closed it.
    if (root.dataset.trust !== "no") own.open = true;
    root.dataset.trust = "no";
    return;
  }
  root.dataset.trust = "yes";
  own.open = false;
  // A page was asked for that is there over HTTPS only, and nothing is in its way.
  if (asked !== null) location.replace(next);
}

async function showFingerprint(): Promise<void> {
  const response = await fetch("fingerprint.json");
  const { sha256 } = (await response.json()) as { sha256: string };
  // Eight bytes a line, so that it is narrower than a phone.
  setText(element("fingerprint"), sha256.replaceAll(/((?:..:){7}..):/g, "$1\n"));
}
