import { hostStage } from "../../words/en/stage.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { nameOnStage } from "./host-stage.ts";

/** Says over the console who is on stage, and takes the stage back with one press. */
export function OnStage({ broadcast }: { broadcast: HostBroadcast }) {
  const { stage } = broadcast;
  const name = nameOnStage(broadcast);
  if (name === undefined) return null;
  const t = hostStage();
  return (
    <p data-testid="on-stage">
      <span dir="auto">{stage.isHeard.value ? t.onStage({ screen: name }) : t.asked({ screen: name })}</span>
      <button type="button" class="small" onClick={() => stage.give(null)} data-testid="take-stage-back">
        {t.takeBack}
      </button>
    </p>
  );
}
