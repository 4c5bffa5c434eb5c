import { useEffect, useRef } from "preact/hooks";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { useAnimationFrame } from "../ui/animation-frame.ts";
import type { Hall } from "./hall.ts";

/** A drag over the whole width turns by so much, radians. */
const DRAG_TURN = 2.2;
const KEY_TURN = 0.12;
const KEY_ZOOM = 0.9;

const KEYS: Readonly<Record<string, (orbit: Hall["orbit"]) => void>> = {
  ArrowLeft: (orbit) => orbit.turn(-KEY_TURN, 0),
  ArrowRight: (orbit) => orbit.turn(KEY_TURN, 0),
  ArrowUp: (orbit) => orbit.turn(0, KEY_TURN),
  ArrowDown: (orbit) => orbit.turn(0, -KEY_TURN),
  PageUp: (orbit) => orbit.zoom(KEY_ZOOM),
  PageDown: (orbit) => orbit.zoom(1 / KEY_ZOOM),
  Home: (orbit) => orbit.reset(),
};

interface WallPreviewProps {
  song: Song;
  broadcast: HostBroadcast;
  /** It cannot be shown here, or no longer. */
  onFail(): void;
}

/** The wall as it hangs: glowing panels in the dark, around which the pointer goes. */
export function WallPreview({ song, broadcast, onFail }: WallPreviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const hall = useRef<Hall | undefined>(undefined);

  useEffect(() => {
    let gone = false;
    const open = async () => {
      const { Hall } = await import("./hall.ts");
      if (!gone) hall.current = new Hall(canvas.current!, song, broadcast);
    };
    open().catch(onFail);
    canvas.current?.addEventListener("webglcontextlost", onFail, { once: true });
    return () => {
      gone = true;
      canvas.current?.removeEventListener("webglcontextlost", onFail);
      hall.current?.dispose();
    };
  }, []);
  useAnimationFrame((elapsed) => hall.current?.paint(performance.now(), elapsed));

  const drag = (event: PointerEvent) => {
    const view = canvas.current!;
    view.setPointerCapture(event.pointerId);
    let [x, y] = [event.clientX, event.clientY];
    view.onpointermove = (moved) => {
      const scale = DRAG_TURN / view.clientWidth;
      hall.current?.orbit.turn((x - moved.clientX) * scale, (moved.clientY - y) * scale);
      [x, y] = [moved.clientX, moved.clientY];
    };
    view.onpointerup = view.onpointercancel = () => {
      view.onpointermove = view.onpointerup = view.onpointercancel = null;
    };
  };

  return (
    <canvas
      ref={canvas}
      class="hall"
      tabIndex={0}
      role="img"
      aria-label="The wall as it hangs. Arrow keys go around it, Page Up and Page Down nearer and further, Home back."
      data-testid="wall-preview"
      onPointerDown={drag}
      onDblClick={() => hall.current?.orbit.reset()}
      onWheel={(event) => {
        event.preventDefault();
        hall.current?.orbit.zoom(Math.exp(event.deltaY / 1_000));
      }}
      onKeyDown={(event) => {
        const press = hall.current && KEYS[event.key];
        if (!press) return;
        event.preventDefault();
        event.stopPropagation();
        press(hall.current!.orbit);
      }}
    />
  );
}
