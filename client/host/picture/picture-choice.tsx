import { useEffect, useRef } from "preact/hooks";
import { pictures } from "../../words/en/picture.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { ChoiceGroup } from "../ui/controls.tsx";
import { canCapture, incapable } from "./captured.ts";
import type { HostPicture } from "./host-picture.ts";
import "./picture.css";

const CHOICES = ["off", "camera", "screen", "film"] as const;

interface PictureChoiceProps {
  picture: HostPicture;
  broadcast: HostBroadcast;
}

/** Where the picture comes from: a camera, a window or screen, the films of the queue; and how it looks. */
export function PictureChoice({ picture, broadcast }: PictureChoiceProps) {
  const t = pictures();
  const isDeclined = broadcast.pictures.forwards.value === false;
  const choice = isDeclined ? "off" : picture.choice.value;
  // Everyone is told of the stage as of a camera, but the host has given it.
  const source = picture.source.value && choice === "stage" ? choice : picture.source.value;
  const isIncapable = CHOICES.some((one) => !isCapable(one));
  return (
    <details class="more sources pictures">
      <summary class="small quiet" data-testid="pictures">
        {t.from({ source: source ? t[source] : t.none })}
      </summary>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a row of the panel's grid */}
      <div role="group" aria-label={t.choose}>
        {CHOICES.map((one) => (
          <button
            key={one}
            type="button"
            class="small"
            aria-pressed={choice === one}
            disabled={isDeclined || !isCapable(one)}
            onClick={() => void picture.choose(one)}
            data-testid={`picture-${one}`}
          >
            {t[one]}
          </button>
        ))}
      </div>
      {isIncapable && !isDeclined && <p class="small quiet">{incapable()}</p>}
      {source === "camera" && <Cameras picture={picture} />}
      {picture.stream.value && <Preview stream={picture.stream.value} source={source} />}
      <p class="small quiet" role="status" data-testid="picture-state">
        {isDeclined ? t.declined : stateText(picture)}
      </p>
      {picture.problem.value !== "" && (
        <p class="small alert" role="alert" data-testid="picture-problem">
          {picture.problem}
        </p>
      )}
    </details>
  );
}

function isCapable(choice: (typeof CHOICES)[number]): boolean {
  return choice === "off" || choice === "film" || canCapture(choice);
}

/** What becomes of the picture; "" if there is none to speak of. */
function stateText({ choice, source, sent }: HostPicture): string {
  const t = pictures();
  if (sent.value) return t.sent;
  if (source.value) return t.ready;
  return choice.value === "film" ? t.noFilm : "";
}

function Cameras({ picture }: { picture: HostPicture }) {
  const devices = picture.devices.value;
  if (devices.length < 2) return null;
  return (
    <ChoiceGroup
      label={pictures().device}
      value={devices.find(({ label }) => label === picture.name.value)?.deviceId ?? ""}
      options={Object.fromEntries(devices.map(({ deviceId, label }) => [deviceId, label]))}
      onChoose={(device) => void picture.choose("camera", device)}
      testid="picture-device"
    />
  );
}

interface PreviewProps {
  stream: MediaStream;
  source: string | undefined;
}

/** The picture as it is sent; that of a camera as in a mirror, as people are used to see themselves. */
function Preview({ stream, source }: PreviewProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    video.current!.srcObject = stream;
    video.current!.play().catch(() => {});
  }, [stream]);
  return (
    <video
      ref={video}
      class="picture-preview"
      aria-label={pictures().preview}
      data-source={source}
      muted
      playsInline
      data-testid="picture-preview"
    />
  );
}
