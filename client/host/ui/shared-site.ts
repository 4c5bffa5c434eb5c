import { computed, signal } from "@preact/signals";
import { isLoopbackName } from "#protocol/loopback-name.ts";
import { ownSite, sharedSites } from "./link.ts";
import { loadSettings, saveSettings } from "./settings.ts";

/** By which address other devices are told to open this server's pages. One for the whole console. */
export class SharedSite {
  /** All that there are, the likeliest first; undefined until the server has told. */
  readonly all = signal<readonly string[] | undefined>();
  readonly #chosen = signal(loadSettings().sharedSite);
  /** The one that the host has chosen, or else the likeliest; undefined if there is none. */
  readonly value = computed(() => {
    const all = this.all.value ?? (isLoopbackName(location.hostname) ? [] : [ownSite()]);
    return all.find((site) => site === this.#chosen.value) ?? all[0];
  });

  constructor() {
    void sharedSites().then((sites) => {
      this.all.value = sites;
    });
  }

  /** Uses this one from now on, also at later visits. */
  choose(site: string): void {
    this.#chosen.value = site;
    saveSettings({ ...loadSettings(), sharedSite: site });
  }
}

/** Of this console: it is made when it is needed first. */
let shared: SharedSite | undefined;

export function sharedSite(): SharedSite {
  shared ??= new SharedSite();
  return shared;
}
