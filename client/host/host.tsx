import { render } from "preact";
import { normaliseCode } from "#protocol/format.ts";
import { ownWall } from "../shared/walls.ts";
import { HostBroadcast } from "./broadcast/host-broadcast.ts";
import { Console } from "./console.tsx";
import { Gain } from "./song/gain.ts";
import { InStep } from "./song/in-step.ts";
import { Song } from "./song/song.ts";
import { Notice } from "./ui/notice.tsx";
import { wire } from "./wiring.ts";

/** The console's page: `/host/<code>`. */
const code = normaliseCode(location.pathname.split("/")[2] ?? "");
const wall = ownWall(code);
const page = document.getElementById("page")!;
document.title = `${code} · Lightwall`;

if (wall === undefined) {
  document.documentElement.dataset.state = "no-key";
  render(
    <Notice title={`This browser does not hold the key of wall ${code}`}>
      <p>
        A wall is hosted from the browser that started it. From here you can look at it, or start your own.
      </p>
      <a class="button primary" href="/">
        Start a wall
      </a>
      <a class="button" href={`/w/${code}`}>
        Be a screen of {code}
      </a>
    </Notice>,
    page,
  );
} else {
  const song = new Song();
  const broadcast = new HostBroadcast(wall);
  wire(code, song, broadcast);
  new Gain(song, broadcast);
  new InStep(song, broadcast);
  void song.restore();
  render(<Console code={code} song={song} broadcast={broadcast} />, page);
}
