import { WebGLRenderer } from "three";
import type { SceneMode } from "#protocol/wall.ts";
import type { View } from "../view.ts";
import { SceneView } from "./scene-view.ts";

/**
 * A view of a scene on a canvas of its own.
 * @param context the canvas's, made by who wanted to know whether there is one
 */
export function openView(canvas: HTMLCanvasElement, context: WebGL2RenderingContext, mode: SceneMode): View {
  const renderer = new WebGLRenderer({ canvas, context, depth: false, antialias: false });
  renderer.setClearColor(0, 1);
  const view = new SceneView(renderer, mode);
  return {
    paint(moment, showing) {
      const { width, height } = showing;
      if (canvas.width !== width || canvas.height !== height) renderer.setSize(width, height, false);
      view.paint(moment, showing);
    },
    dispose() {
      view.dispose();
      renderer.dispose();
    },
  };
}
