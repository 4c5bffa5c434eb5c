import { words } from "../words.ts";

/** What the page says on which people make their devices trust the server. */
export const trustPage = words("trust/page", {
  title: "Welcome to this Lightwall",
  lead: "To be a screen of a wall, type its code. Nothing else is needed.",
  wallCode: "Wall code",
  join: "Join",
  trust: "Trust this server",
  why:
    "Once a device trusts this server, its pages are secure there: no browser warns, the screen stays on " +
    "by itself, and the device can host a wall.",
  trusted: "This device trusts the server.",
  goOn: "Go on to the secure page",
  untrusted: "This device does not trust the server yet.",
  anyway: "Go on without trust; the browser will warn",
  again: "Check again",
  loadProfile: "Load the profile",
  loadCertificate: "Load the certificate",
  apple: "iPhone and iPad",
  apple1: "Open this page in Safari, load the profile and allow it.",
  apple2: "In Settings, tap Profile Downloaded, or General → VPN & Device Management. Install it.",
  apple3: "In Settings → General → About → Certificate Trust Settings, switch Lightwall on.",
  android: "Android",
  android1: "Load the certificate.",
  android2: "In Settings, search for “CA certificate”. Tap Install anyway and choose the file.",
  android3: "Chrome trusts it at once. Firefox does not: use Chrome, or go on without trust.",
  windows: "Windows",
  windows1: "Load the certificate, open it and press Install Certificate, for the current user.",
  windows2: "Place it in the store Trusted Root Certification Authorities. Then start the browser again.",
  mac: "Mac",
  mac1: "Load the certificate and open it. Keychain Access adds it.",
  mac2: "In Keychain Access, open Lightwall, and under Trust choose Always Trust.",
  linux: "Linux and ChromeOS",
  linux1: "Load the certificate.",
  linux2:
    "In Chrome, open Settings → Privacy and security → Security → Manage certificates, and import it as a " +
    "trusted certificate.",
  firefox: "Firefox on a computer",
  firefox1: "Load the certificate.",
  firefox2:
    "In Settings, search for “certificates”, press View Certificates, and import it under Authorities, to " +
    "identify websites.",
  compare: "Compare before you trust",
  compareText: "The fingerprint (SHA-256) must be the one that the server’s terminal shows:",
  means:
    "The server can then vouch for addresses and names in local networks only, for no site on the " +
    "internet. To undo it, remove the profile or the certificate in the same place.",
});
