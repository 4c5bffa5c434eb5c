import { batch, computed, effect, signal } from "@preact/signals";
import { songProblems, song as songWords } from "../../words/en/song.ts";
import type { Step } from "../broadcast/history.ts";
import { formatTime, songTitle } from "../ui/format.ts";
import { Analyses } from "./analyses.ts";
import { Choice, type Loading } from "./choice.ts";
import { toggledCues } from "./cue-points.ts";
import type { Deck } from "./deck.ts";
import { DeckOpener } from "./deck-opener.ts";
import { Decks } from "./decks.ts";
import { fetchDemo, type Progress } from "./demo-song.ts";
import { gainFor } from "./even-loudness.ts";
import { Interruption } from "./interruption.ts";
import { Live } from "./live.ts";
import { type LiveKind, type LiveSound, openLive } from "./live-source.ts";
import type { Output } from "./output.ts";
import { followPlace } from "./place.ts";
import { playFirst } from "./play-first.ts";
import { Queue } from "./queue.ts";
import { QueueReader } from "./queue-reader.ts";
import { BrowserQueueStore } from "./queue-store.ts";
import { nameOf, type QueuedSong } from "./queued-song.ts";
import { SongOutput } from "./song-output.ts";
import { SongProblem } from "./song-problem.ts";
import { SongSettings } from "./song-settings.ts";

/** Later than this in a song, *Previous* goes to its beginning first, s. */
const RESTART_S = 3;

/**
 * The host's songs: chooses, loads and plays them. A song is loaded while the present one plays, and replaces
 * it only once it can play, so that a bad file interrupts nothing.
 */
export class Song {
  /** Text for the host: what went wrong last; "" if nothing did. */
  readonly problem = signal("");
  /** How many songs were added last while another one played; 0 once the host has seen it. */
  readonly added = signal(0);
  readonly interruption = new Interruption(this);
  /** It played when the page was left. */
  readonly wasPlaying = signal(false);

  readonly settings = new SongSettings();
  /** How much longer the light must wait for this computer's sound to be as early as it is to be. */
  readonly lackingMs = signal(0);

  readonly #store = new BrowserQueueStore((id) => this.queue.change(id, { isKept: false }));
  readonly queue: Queue;
  readonly reader: QueueReader;
  readonly #opener: DeckOpener;
  readonly #analyses = new Analyses((id, loudness) => this.queue.change(id, { loudness }));
  /** The analysis of what is heard; undefined if it is no song. */
  readonly analysis = computed(() => (this.live.sound.value ? undefined : this.#analyses.present.value));
  /** The song that is played or paused, also after it was taken out of the queue. */
  readonly present = signal<QueuedSong | undefined>();
  /** How people call what is heard, or would be; "" while there is nothing. */
  readonly title = computed(
    () => this.live.title.value || (this.present.value ? nameOf(this.present.value) : ""),
  );
  readonly #gainOf = (song: QueuedSong | undefined) =>
    this.settings.evenLoudness.value ? gainFor(song?.loudness) : 0;
  /** How much louder the song is played, dB. */
  readonly gainDb = computed(() => this.#gainOf(this.present.value));

  readonly live = new Live(() => this.output, this.problem);
  readonly outputs = new SongOutput(this);
  readonly #decks = new Decks({
    output: () => this.output,
    open: (id, signal) => this.#opener.open(id, signal),
    crossfadeS: () => this.settings.crossfade.peek(),
    problem: this.problem,
    onDamaged: (deck) => this.#handleDamage(deck),
    onEnd: () => void this.#goOn(),
  });
  /** Where the pictures of the present song are seen; undefined if it has none, or if no song is heard. */
  readonly film = computed(() => (this.live.sound.value ? undefined : this.#decks.present.value?.film));
  /** Whether anything is heard. */
  readonly playing = computed(() => this.live.sound.value !== undefined || this.#decks.playing.value);
  readonly time = this.#decks.time;
  readonly duration = this.#decks.duration;
  readonly buffered = this.#decks.buffered;
  readonly choice = new Choice();

  /** @param onStep takes what the host did to the queue */
  constructor(onStep: (step: Step) => void) {
    const { loop, shuffle } = this.settings;
    const onTaken = () => {
      this.added.value = 0;
      this.reader.readAll();
    };
    this.queue = new Queue({ store: this.#store, loop, shuffle, onStep, onTaken });
    this.reader = new QueueReader(this.queue, this.#store, this.problem);
    const [store, reader, gainOf] = [this.#store, this.reader, this.#gainOf];
    this.#opener = new DeckOpener({ queue: this.queue, store, reader, gainOf });
    effect(() => this.#follow());
    const nextId = computed(() => this.queue.next.value?.id);
    effect(() => {
      const deck = this.#decks.present.value;
      // A song that follows itself is played by its element in a loop.
      const isRepeated = loop.value === "one" || nextId.value === deck?.id;
      if (deck) deck.element.loop = isRepeated;
      void this.#decks.prepare(deck && !isRepeated ? nextId.value : undefined);
    });
    followPlace(this);
  }

  /** The audio graph. The first access creates it, as {@link SongOutput.get} says. */
  get output(): Output {
    return this.outputs.get();
  }

  /** Of what is broadcast; undefined until there is an audio graph. */
  get analyser(): AnalyserNode | undefined {
    return this.outputs.made?.analyser;
  }

  /** The position that is played now, ms from the start; {@link time} follows it in steps. */
  get positionMs(): number {
    return (this.#decks.present.peek()?.element.currentTime ?? 0) * 1_000;
  }

  /**
   * Adds files to the queue. Plays the first of them that can be played if there was no song but the demo
   * song, or if the last one has ended; a song that the host has paused stays.
   */
  async add(files: readonly File[]): Promise<void> {
    this.problem.value = files.length === 0 ? songProblems().none : "";
    const present = this.present.peek();
    const isFree = !present || present.isDemo || this.#decks.hasEnded;
    const added = this.queue.add(files.map((file) => ({ file, title: songTitle(file.name) })));
    this.reader.readAll();
    const ids = added.map(({ id }) => id).values();
    if (isFree && !this.live.sound.peek()) await playFirst(this, () => ids.next().value);
    else this.added.value = files.length;
  }

  /** Plays the demo song, which is added to the queue if it is not there. */
  async playDemo(): Promise<void> {
    const id = this.queue.songs.peek().find(({ isDemo }) => isDemo)?.id;
    if (id !== undefined) return this.select(id);
    await this.#load(undefined, async (progress, signal) => {
      const file = await fetchDemo(progress, signal);
      const [demo] = this.queue.add([{ file, title: songWords().demoTitle, isDemo: true }]);
      return this.#opener.open(demo!.id, signal);
    });
  }

  /** Plays a song of the queue. */
  async select(id: string): Promise<void> {
    const next = this.#decks.next.peek();
    if (next?.id === id) {
      this.choice.cancel();
      this.#put(next, true);
      return;
    }
    const song = this.queue.find(id);
    await this.#load(song?.fileName, (_, signal) => this.#opener.open(id, signal));
  }

  /** Plays the next song. */
  async next(): Promise<void> {
    const id = this.queue.next.peek()?.id;
    if (id !== undefined) await this.select(id);
  }

  /** Plays the song before, or if this one has played for a while, this one from its beginning. */
  async previous(): Promise<void> {
    const id = this.queue.previous.peek()?.id;
    if (id === undefined || this.time.peek() > RESTART_S) this.seek(0);
    else await this.select(id);
  }

  /**
   * Gets a song of the queue ready, in the place of the present one, and plays nothing.
   * @returns whether it is ready; false if it cannot be played, or if the host has chosen another meanwhile
   */
  async prepare(id: string): Promise<boolean> {
    const name = this.queue.find(id)?.fileName;
    return (await this.#load(name, (_, signal) => this.#opener.open(id, signal), false)) !== undefined;
  }

  /** Marks the present place of the song, or takes its mark away. */
  toggleCue(): void {
    const song = this.present.peek();
    if (!song || this.live.sound.peek()) return;
    this.queue.change(song.id, { cues: toggledCues(song.cues, this.positionMs / 1_000) });
  }

  /**
   * Plays live sound in place of the songs.
   * @param device the id of the microphone; undefined for the system's usual one
   */
  async startLive(kind: LiveKind, device?: string): Promise<void> {
    await this.#startLive(() => openLive(kind, device));
  }

  /** Plays live sound that is there already, in place of the songs. */
  async hear(sound: LiveSound): Promise<void> {
    await this.#startLive(async () => sound);
  }

  async #startLive(open: () => Promise<LiveSound>): Promise<void> {
    this.problem.value = "";
    try {
      await this.live.start(open);
      this.#decks.pause();
    } catch (error) {
      if (!(error instanceof SongProblem)) throw error;
      this.problem.value = error.message;
    }
  }

  async play(): Promise<void> {
    this.problem.value = "";
    this.wasPlaying.value = false;
    this.outputs.made?.renew();
    await this.#decks.play();
    this.live.stop();
  }

  /** Pauses the song, or ends the live sound. */
  pause(): void {
    this.live.stop();
    this.#decks.pause();
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else void this.play();
  }

  /** @param seconds from the start; limited to the length of the song */
  seek(seconds: number): void {
    this.#decks.seek(seconds);
  }

  /**
   * Loads what the host has chosen, and puts it in the place of the present song.
   * @param name of the file; undefined for the demo song
   * @param plays whether to play it
   * @returns undefined if it cannot be played, or if the host has chosen something else meanwhile
   */
  async #load(
    name: Loading["name"],
    load: (progress: Progress, signal: AbortSignal) => Promise<Deck>,
    plays = true,
  ): Promise<Deck | undefined> {
    this.problem.value = "";
    try {
      const deck = await this.choice.load(name, load);
      if (deck) this.#put(deck, plays);
      return deck;
    } catch (error) {
      if (!(error instanceof SongProblem)) throw error;
      this.problem.value = error.message;
      return undefined;
    }
  }

  #put(deck: Deck, plays: boolean): void {
    // In one batch, so that the wall is not sent a pause between two sounds.
    batch(() => {
      this.#decks.put(deck, plays);
      this.live.stop();
    });
  }

  /** The present song has ended or cannot be played on: plays the next one that can be played. */
  #goOn(): Promise<void> {
    return playFirst(this, () => this.queue.next.peek()?.id);
  }

  /** Follows what the decks play. */
  #follow(): void {
    const { present, next } = this.#decks;
    const deck = present.value;
    this.queue.currentId.value = deck?.id;
    this.present.value = this.queue.current.value ?? this.present.peek();
    this.#analyses.follow(deck, next.value);
    if (deck && deck.id === this.present.peek()?.id) deck.setGain(this.gainDb.value);
  }

  #handleDamage(deck: Deck): void {
    const time = formatTime(deck.element.currentTime);
    const problem = songProblems().damaged({ title: this.title.peek(), time });
    this.queue.change(deck.id, { problem });
    void this.#goOn().then(() => {
      this.problem.value = problem;
    });
  }

  /** Goes on in an audio graph that has taken the place of the one that all this has entered. */
  renew(): void {
    this.live.renew();
    void this.#decks.renew();
  }
}
