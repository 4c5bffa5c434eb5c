import { useComputed } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { encode } from "uqr";
import { howToJoin } from "../../words/en/join.ts";
import { screenSettings } from "../../words/en/popover.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Copy } from "../ui/controls.tsx";
import { kioskLink, ownSite, wallLink } from "../ui/link.ts";
import { sharedSite } from "../ui/shared-site.ts";

/** Screens from which on the way to join takes less space. */
const SMALL_FROM = 2;

/**
 * How people join: the code to type, the link to open, the QR code to scan. Once two screens are there it is
 * one line, and the QR code comes back at a press.
 */
export function Join({ code, broadcast }: { code: string; broadcast: HostBroadcast }) {
  const t = howToJoin();
  const { screens } = broadcast.wall;
  const count = useComputed(() => [...screens.value.values()].filter(({ present }) => present).length);
  const large = useRef<HTMLDialogElement>(null);
  const sites = sharedSite();
  const [all, site] = [sites.all.value, sites.value.value];
  const link = wallLink(site ?? ownSite(), code);
  const isSmall = count.value >= SMALL_FROM;
  return (
    <section class="join" aria-label={t.howToJoin} data-small={isSmall}>
      <div class="invite">
        {!isSmall && <p class="quiet">{t.joinThisWall}</p>}
        <p class="code" data-testid="code">
          {code}
        </p>
        <p class="link">
          <a href={link} dir="ltr" target="_blank" rel="noreferrer" data-testid="link">
            <WallAddress link={link} code={code} />
          </a>
          <Copy text={link} label={t.copyLink} testid="copy" />
        </p>
        {all && site === undefined && <p class="small quiet">{t.onlyHere}</p>}
        {!isSmall && (
          <p class="small quiet">
            {t.staysDark}{" "}
            <a href="../check" target="_blank" rel="noreferrer" dir="ltr">
              {link.replace(/^https?:\/\//, "").replace(/w\/[^/]*$/, "check")}
            </a>
          </p>
        )}
        {all && all.length > 1 && !isSmall && (
          <label class="address small quiet">
            {t.addressForPhones}{" "}
            <select
              value={site}
              onChange={(event) => sites.choose(event.currentTarget.value)}
              data-testid="address"
            >
              {all.map((one) => (
                <option key={one} value={one}>
                  {one.replace(/^https?:\/\//, "")}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {isSmall ? (
        <>
          <p class="quiet" data-testid="present">
            {t.screens(count.value)}
          </p>
          <button
            type="button"
            class="qr-button"
            title={t.showQrCode}
            onClick={() => large.current?.showModal()}
          >
            <Qr text={link} />
          </button>
          <dialog ref={large} class="qr-dialog" aria-label={t.qrCode}>
            <p class="code">{code}</p>
            <Qr text={link} />
            <button type="button" onClick={() => large.current?.close()}>
              {t.close}
            </button>
          </dialog>
        </>
      ) : (
        <Qr text={link} />
      )}
    </section>
  );
}

/** The address as people type it. A line may break before the code's part, not within the code. */
function WallAddress({ link, code }: { link: string; code: string }) {
  const [host] = link.replace(/^https?:\/\//, "").split(`/w/${code}`);
  return (
    <>
      {host}
      <wbr />
      <span class="unbroken">/w/{code}</span>
    </>
  );
}

/** Dark on light, with a quiet zone, as scanners expect. */
function Qr({ text }: { text: string }) {
  const { size, path } = useMemo(() => qrPath(text), [text]);
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={howToJoin().qrCodeOfLink}
      data-testid="qr"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#07070a" shape-rendering="crispEdges" />
    </svg>
  );
}

function qrPath(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: "M", border: 3 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
  return { size, path: path.join("") };
}

/** Copies the address at which an unattended device becomes this screen. */
export function KioskLink({ code, screen }: { code: string; screen: string }) {
  const t = screenSettings();
  const site = sharedSite().value.value ?? ownSite();
  return (
    <div class="field">
      <span class="small quiet">{t.kiosk}</span>
      <Copy
        text={kioskLink(site, code, screen)}
        label={t.copyKioskAddress}
        word={t.copyAddress}
        testid="kiosk"
      />
    </div>
  );
}
