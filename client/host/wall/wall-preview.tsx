import { useEffect, useRef } from "preact/hooks";
import { wallViews } from "../../words/en/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { useAnimationFrame } from "../ui/animation-frame.ts";
import type { PreviewPainter } from "./preview-painter.ts";

/** Turn of a drag over the whole width, radians. */
const DRAG_TURN = 2.2;
/** Turn of an arrow key, radians. */
const KEY_TURN = 0.12;
/** Factor of the distance for a Page Up. */
const KEY_ZOOM = 0.9;

const KEYS: Readonly<Record<string, (orbit: PreviewPainter["orbit"]) => void>> = {
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
  /** Called if there is no WebGL, or if it is lost. */
  onFail(): void;
}

/** The 3-D preview: glowing panels in the dark. The pointer and the keyboard move the camera. */
export function WallPreview({ song, broadcast, onFail }: WallPreviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<PreviewPainter | undefined>(undefined);

  useEffect(() => {
    let isDisposed = false;
    const open = async () => {
      const { PreviewPainter } = await import("./preview-painter.ts");
      if (!isDisposed) painter.current = new PreviewPainter(canvas.current!, song, broadcast);
    };
    open().catch(onFail);
    canvas.current?.addEventListener("webglcontextlost", onFail, { once: true });
    return () => {
      isDisposed = true;
      canvas.current?.removeEventListener("webglcontextlost", onFail);
      painter.current?.dispose();
    };
  }, []);
  useAnimationFrame((elapsed) => painter.current?.paint(performance.now(), elapsed));

  const drag = (event: PointerEvent) => {
    const view = canvas.current!;
    view.setPointerCapture(event.pointerId);
    let [x, y] = [event.clientX, event.clientY];
    view.onpointermove = (moved) => {
      const scale = DRAG_TURN / view.clientWidth;
      painter.current?.orbit.turn((x - moved.clientX) * scale, (moved.clientY - y) * scale);
      [x, y] = [moved.clientX, moved.clientY];
    };
    view.onpointerup = view.onpointercancel = () => {
      view.onpointermove = view.onpointerup = view.onpointercancel = null;
    };
  };

  return (
    <canvas
      ref={canvas}
      class="preview-3d"
      tabIndex={0}
      role="img"
      aria-label={wallViews().previewKeys}
      data-testid="wall-preview"
      onPointerDown={drag}
      onDblClick={() => painter.current?.orbit.reset()}
      onWheel={(event) => {
        event.preventDefault();
        painter.current?.orbit.zoom(Math.exp(event.deltaY / 1_000));
      }}
      onKeyDown={(event) => {
        const press = painter.current && KEYS[event.key];
        if (!press) return;
        event.preventDefault();
        event.stopPropagation();
        press(painter.current!.orbit);
      }}
    />
  );
}
