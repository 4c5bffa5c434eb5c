import { BEZEL_MAX, type PictureShow } from "#protocol/wall.ts";
import { pictureFits, pictureLook, pictureMoves } from "../../words/en/picture.ts";
import { numberText, percentText } from "../../words/units.ts";
import type { HostWall } from "../broadcast/host-wall.ts";
import { ChoiceGroup, Slider } from "../ui/controls.tsx";

const TURNS = [0, 90, 180, 270] as const;

/** How the wall shows its picture: its size and turn, the frames of screens, and what the music changes. */
export function PicturePanel({ wall }: { wall: HostWall }) {
  const t = pictureLook();
  const { picture } = wall.show.value;
  const set = (change: Partial<PictureShow>) => wall.setShow({ picture: { ...picture, ...change } });
  const turns = Object.fromEntries(TURNS.map((turn) => [turn, t.degrees({ degrees: numberText(turn, 0) })]));
  return (
    <div class="picture-look">
      <ChoiceGroup
        label={t.fit}
        value={picture.fit}
        options={pictureFits()}
        onChoose={(fit) => set({ fit: fit as PictureShow["fit"] })}
        testid="picture-fit"
      />
      <ChoiceGroup
        label={t.turn}
        value={String(picture.turn)}
        options={turns}
        onChoose={(turn) => set({ turn: Number(turn) as PictureShow["turn"] })}
        testid="picture-turn"
      />
      <ChoiceGroup
        label={t.moves}
        value={picture.moves}
        options={pictureMoves()}
        onChoose={(moves) => set({ moves: moves as PictureShow["moves"] })}
        testid="picture-moves"
      />
      <Slider
        label={t.bezel}
        min={0}
        max={BEZEL_MAX}
        step={0.01}
        value={picture.bezel}
        text={t.bezelShare({ percent: percentText(picture.bezel) })}
        onChange={(bezel) => set({ bezel })}
        testid="picture-bezel"
      />
    </div>
  );
}
