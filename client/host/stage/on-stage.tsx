import { hostStage } from "../../words/en/stage.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { type HostStage, nameOnStage } from "./host-stage.ts";
import "./stage.css";

interface OnStageProps {
  broadcast: HostBroadcast;
  stage: HostStage;
}

/** Says over the console who is on stage, and takes the stage back with one press. */
export function OnStage({ broadcast, stage }: OnStageProps) {
  const name = nameOnStage(broadcast);
  if (name === undefined) return null;
  const t = hostStage();
  const isThere = broadcast.stage.isHeard.value;
  const isAside = isThere && !stage.isOnWall.value;
  const text = isAside ? t.aside : isThere ? t.onStage : t.asked;
  return (
    <p class="on-stage" data-testid="on-stage">
      <span dir="auto" title={text({ screen: name })}>
        {text({ screen: name })}
      </span>
      {isAside && (
        <button type="button" class="small" onClick={() => stage.bringBack()} data-testid="bring-stage-back">
          {t.bringBack}
        </button>
      )}
      <button
        type="button"
        class="small"
        onClick={() => broadcast.stage.give(null)}
        data-testid="take-stage-back"
      >
        {t.takeBack}
      </button>
    </p>
  );
}
