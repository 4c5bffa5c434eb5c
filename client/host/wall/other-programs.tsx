import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { ownWall } from "../../shared/walls.ts";
import { otherPrograms } from "../../words/en/room.ts";
import { Copy } from "../ui/controls.tsx";
import { ownSite, wallLink } from "../ui/link.ts";
import { sharedSite } from "../ui/shared-site.ts";

/** What stands in the place of a host key that is hidden. */
const HIDDEN = "••••••••";

/** What other programs need: where they send and receive the wall's sound, and the host key. */
export function OtherPrograms({ code }: { code: string }) {
  const t = otherPrograms();
  const isKeyShown = useSignal(false);
  const hostKey = ownWall(code)?.hostKey ?? "";
  const link = wallLink(sharedSite().value.value ?? ownSite(), code);
  return (
    <section class="programs" aria-labelledby="other-programs">
      <h2 id="other-programs" class="small quiet">
        {t.title}
      </h2>
      <p class="small quiet">
        {t.meaning}{" "}
        <a href="../api/openapi.json" target="_blank" rel="noreferrer">
          {t.interface}
        </a>
      </p>
      <dl>
        <Line name={t.whip} shown={`${link}/whip`}>
          <Copy text={`${link}/whip`} label={t.copyWhip} testid="copy-whip" />
        </Line>
        <Line name={t.whep} shown={`${link}/whep`}>
          <Copy text={`${link}/whep`} label={t.copyWhep} testid="copy-whep" />
        </Line>
        <Line name={t.hostKey} shown={isKeyShown.value ? hostKey : HIDDEN}>
          <button
            type="button"
            aria-pressed={isKeyShown.value}
            aria-label={t.showHostKey}
            onClick={() => {
              isKeyShown.value = !isKeyShown.value;
            }}
            data-testid="show-key"
          >
            {t.show}
          </button>
          <Copy text={hostKey} label={t.copyHostKey} isSecret testid="copy-key" />
        </Line>
      </dl>
    </section>
  );
}

interface LineProps {
  name: string;
  shown: string;
  children: ComponentChildren;
}

function Line({ name, shown, children }: LineProps) {
  return (
    <div>
      <dt class="small quiet">{name}</dt>
      <dd>
        <span dir="ltr">{shown}</span>
        {children}
      </dd>
    </div>
  );
}
