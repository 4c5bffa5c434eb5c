import {
  Camera,
  Mesh,
  PlaneGeometry,
  type RawShaderMaterial,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from "three";

/** Vertex shader for a pass over a whole picture; `uv` is the point of the picture. */
export const PASS_VERTEX = /* glsl */ `
in vec3 position;
out vec2 uv;
void main() {
  uv = position.xy + 0.5;
  gl_Position = vec4(2.0 * position.xy, 0.0, 1.0);
}`;

/** Runs a fragment shader over every pixel of a target. */
export class FullPass {
  readonly #mesh: Mesh<PlaneGeometry, RawShaderMaterial>;
  readonly #camera = new Camera();

  constructor(material: RawShaderMaterial) {
    this.#mesh = new Mesh(new PlaneGeometry(), material);
    this.#mesh.frustumCulled = false;
  }

  set(uniforms: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(uniforms)) this.#mesh.material.uniforms[name]!.value = value;
  }

  /** @param into the target; null for the canvas */
  render(renderer: WebGLRenderer, into: WebGLRenderTarget | null): void {
    renderer.setRenderTarget(into);
    renderer.render(this.#mesh, this.#camera);
  }

  dispose(): void {
    this.#mesh.geometry.dispose();
    this.#mesh.material.dispose();
  }
}
