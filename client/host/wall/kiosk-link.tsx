import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Copy } from "../ui/controls.tsx";
import { kioskLink, sharedOrigin } from "../ui/link.ts";

/** The address at which a device that nobody tends is this screen, whatever it was before. */
export function KioskLink({ code, screen }: { code: string; screen: string }) {
  const origin = useSignal(location.origin);
  useEffect(() => {
    void sharedOrigin().then((shared) => {
      origin.value = shared ?? location.origin;
    });
  }, []);
  return (
    <div class="field">
      <span class="small quiet">Kiosk</span>
      <Copy
        text={kioskLink(origin.value, code, screen)}
        what="the address of this screen as a kiosk"
        word="Copy the address"
        testid="kiosk"
      />
    </div>
  );
}
