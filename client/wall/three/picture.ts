import { DataTexture, LinearFilter, RedFormat, Texture, Vector2, Vector3, Vector4 } from "three";
import {
  DISPLACEMENT,
  LEVEL_COLUMNS,
  LEVEL_ROWS,
  pictureLevels,
  QUIET_COLOUR_SHARE,
  QUIET_SHARE,
  type ShownPicture,
  wavesAt,
} from "../look/picture.ts";
import { COLOUR, type Drawn, drawWhole } from "./drawn.ts";

/** The numbers by which the shader knows how the picture moves. */
const MOVES: Record<ShownPicture["moves"], number> = { none: 0, brightness: 1, colour: 2, displacement: 3 };

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D film;
uniform sampler2D levels;
uniform vec2 size;
/* Left, upper, right and lower edge of the window. */
uniform vec4 edges;
uniform vec3 u;
uniform vec3 v;
uniform int moves;
uniform bool hasEdges;
uniform vec2 waves;
in vec2 at;
out vec4 light;

${COLOUR}

vec3 linear(vec3 srgb) {
  return mix(pow((srgb + 0.055) / 1.055, vec3(2.4)), srgb / 12.92, vec3(lessThanEqual(srgb, vec3(0.04045))));
}

void main() {
  float level = texture(levels, at / size).r;
  vec2 from = at;
  if (moves == 3) {
    from += ${DISPLACEMENT.toFixed(4)} * level * vec2(
      sin(9.0 * at.y + waves.x) + 0.5 * sin(23.0 * at.y - waves.y),
      0.6 * sin(7.0 * at.x - waves.x) + 0.3 * sin(19.0 * at.x + waves.y)) / 1.5;
  }
  vec3 place = vec3((from - edges.xy) / (edges.zw - edges.xy), 1.0);
  vec2 uv = vec2(dot(u, place), dot(v, place));
  /* The edges of the picture are as sharp as a pixel. */
  vec2 sharp = max(fwidth(uv), 0.00001);
  vec2 inside = clamp((0.5 - abs(uv - 0.5)) / sharp + 0.5, 0.0, 1.0);
  if (!hasEdges) {
    inside = vec2(1.0);
    uv = 1.0 - abs(1.0 - abs(uv));
  }
  vec3 shown = linear(texture(film, clamp(uv, 0.0, 1.0)).rgb);
  if (moves == 1) shown *= mix(${QUIET_SHARE.toFixed(4)}, 1.0, level);
  if (moves == 2) {
    float bright = pow(dot(shown, vec3(0.2126, 0.7152, 0.0722)), 1.0 / 2.2);
    shown = colour(bright * mix(${QUIET_COLOUR_SHARE.toFixed(4)}, 1.0, level), at.x / size.x);
  }
  light = vec4(shown * inside.x * inside.y, 1.0);
}`;

/** Draws a window of the host's picture. */
export function drawPicture(palette: { value: unknown }): Drawn {
  const numbers = new Float32Array(LEVEL_COLUMNS * LEVEL_ROWS);
  const bytes = new Uint8Array(numbers.length);
  const levels = new DataTexture(bytes, LEVEL_COLUMNS, LEVEL_ROWS, RedFormat);
  levels.minFilter = levels.magFilter = LinearFilter;
  let film: Film | undefined;
  const whole = drawWhole(FRAGMENT, palette, {
    film: { value: null },
    levels: { value: levels },
    edges: { value: new Vector4() },
    u: { value: new Vector3() },
    v: { value: new Vector3() },
    moves: { value: 0 },
    hasEdges: { value: true },
    waves: { value: new Vector2() },
  });
  return {
    object: whole.object,
    update(moment, window, _stretch, _renderer, _pixel, picture) {
      whole.object.visible = picture !== undefined;
      if (!picture) return;
      film = filmOf(picture, film);
      pictureLevels(moment, numbers);
      for (const [n, level] of numbers.entries()) bytes[n] = Math.round(255 * level);
      levels.needsUpdate = true;
      const { uniforms } = whole;
      uniforms.film!.value = film.texture;
      uniforms.edges!.value.set(window.left, window.top, window.right, window.bottom);
      uniforms.u!.value.set(...picture.map.u);
      uniforms.v!.value.set(...picture.map.v);
      uniforms.moves!.value = MOVES[picture.moves];
      uniforms.hasEdges!.value = picture.hasEdges;
      uniforms.waves!.value.set(...wavesAt(moment));
      whole.resize(moment.stage);
    },
    dispose() {
      whole.dispose();
      levels.dispose();
      film?.texture.dispose();
    },
  };
}

/** A picture on the GPU. */
interface Film {
  texture: Texture;
  shows: ShownPicture;
}

/** The picture's texture: the one that is there, if it can take this picture. */
function filmOf(picture: ShownPicture, film: Film | undefined): Film {
  const isSame = film?.shows.width === picture.width && film.shows.height === picture.height;
  if (film && isSame && isElement(film.shows) === isElement(picture)) {
    const isShown = picture.version !== undefined && picture.version === film.shows.version;
    if (isShown) return film;
    film.shows = picture;
  } else {
    film?.texture.dispose();
    film = { texture: new Texture(), shows: picture };
    // three.js takes the size of an element from its attributes, but asks for none of a video texture's.
    if (isElement(picture)) Object.assign(film.texture, { isVideoTexture: true, update() {} });
    film.texture.minFilter = film.texture.magFilter = LinearFilter;
    film.texture.generateMipmaps = film.texture.flipY = false;
  }
  film.texture.image = picture.image;
  film.texture.needsUpdate = true;
  return film;
}

function isElement({ image }: ShownPicture): boolean {
  return image instanceof HTMLVideoElement;
}
