import { nameOfBand } from "../../light/band.ts";
import { memory } from "../join/memory.ts";
import type { ScreenSettings } from "./settings.ts";

/** Keeps settings in the page's address and, as far as a later visit needs them, in the browser. */
export function keepSettings(settings: ScreenSettings): void {
  // What makes the dark transparent stands in the address and is no setting.
  const overlay = "transparent" in document.documentElement.dataset ? "&transparent" : "";
  history.replaceState(null, "", writeQuery(settings) + overlay);
  memory.keep("settings", writeLooks(settings));
}

/** Writes settings as a query, which `readSettings` reads as the same settings. */
export function writeQuery(settings: ScreenSettings): string {
  const { kiosk, ear, name, screen } = settings;
  const attended = kiosk ? "&kiosk" : "";
  const hearing = ear ? `&ear=${ear}` : "";
  const identity = `${name && `&name=${encodeURIComponent(name)}`}${screen ? `&screen=${screen}` : ""}`;
  return `${writeLooks(settings)}${attended}${hearing}${identity}`;
}

/** Writes the part of the settings that is kept between visits: what the screen shows. */
export function writeLooks({ band, palette, mode, trimMs }: ScreenSettings): string {
  const text = nameOfBand(band) ?? `${band.low}-${band.high}`;
  const look = mode === "solid" ? "" : `&mode=${mode}`;
  return `?band=${text}&palette=${palette}${look}${trimMs ? `&trim=${trimMs}` : ""}`;
}
