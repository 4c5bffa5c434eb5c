import { computed, signal } from "@preact/signals";
import { dealtByPlace } from "#protocol/deal.ts";
import { extentOf } from "#protocol/extent.ts";
import type { FlashPlan } from "#protocol/flash-plan.ts";
import type { LightMap } from "#protocol/light-map.ts";
import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import type { Stencil } from "#protocol/stencil.ts";
import { type Dealt, FIRST_SHOW, type ScreenSeen, type Show } from "#protocol/wall.ts";
import { fftSizeFor } from "../../light/band.ts";
import { FlashPhases } from "../../light/flash-phases.ts";
import { fixedSpans, weightingOf, weightsOf } from "../../light/level.ts";
import { type KnownBeats, LightMaps, type Spans } from "../../light/light-map.ts";
import { arranged, batched } from "./arranged.ts";
import { History } from "./history.ts";
import { SETTLE_MS, type Settling } from "./settling.ts";
import { changedKeys, removingLabel, screensLabel, showLabel, stencilLabel } from "./step-labels.ts";
import { SAMPLE_RATE_HZ } from "./uplink.ts";

/** The shortest time between two changes of the show that are sent. */
const SEND_INTERVAL_MS = 80;

/** Most screens that a redo removes again, each with a message: as many as the server keeps to bring back. */
const REMOVED_AGAIN_MAX = 100;

/** A screen that has a place on the wall, with what it is dealt. */
export type WallScreen = ScreenSeen & { dealt: Dealt };

/** The console's copy of the wall: its screens and its show, with the host's changes. */
export class HostWall {
  /** What all screens show: as last received, with the changes made here since. */
  readonly show = signal<Show>(FIRST_SHOW);
  readonly sampleRate = signal(SAMPLE_RATE_HZ); // Of the audio graph, Hz.
  readonly #weighting = computed(() => weightingOf(this.show.value));
  /** Factor for the power of each bin of the spectrum. */
  readonly weights = computed(() =>
    weightsOf(this.#weighting.value, this.sampleRate.value, fftSizeFor(this.sampleRate.value)),
  );
  /** By this page's clock: an RTP time stands for that of `performance.now()`. */
  readonly #lightMaps = new LightMaps(fixedSpans(0));
  /** Beats that are known, by this page's clock, ms. */
  readonly beats: KnownBeats = this.#lightMaps;
  /** What is dark and what is bright, by this page's clock, ms. */
  readonly spans = computed<Spans>(() => {
    const { gainDb } = this.show.value;
    return gainDb === null ? this.#lightMaps : fixedSpans(gainDb);
  });
  /** What the light of the wall may do, by the wall clock. */
  readonly phases = new FlashPhases();
  /** All screens by id, also those that are not connected. */
  readonly screens = signal<ReadonlyMap<string, ScreenSeen>>(new Map());
  readonly #onWall = computed(() => [...this.screens.value.values()].filter(({ onWall }) => onWall));
  /** The smallest rectangle that holds the screens on the wall. */
  readonly extent = computed(() => extentOf(this.#onWall.value));
  readonly #rule = computed(() => this.show.value.rule);
  /** The screens on the wall, by id. */
  readonly placed = computed<ReadonlyMap<string, WallScreen>>(() => {
    const [extent, rule] = [this.extent.value, this.#rule.value];
    return new Map(
      this.#onWall.value.map((screen) => {
        const dealt = screen.dealt ?? dealtByPlace(screen, extent, rule);
        return [screen.id, { ...screen, dealt }];
      }),
    );
  });
  /** The screens that are away: those with a place that the host has set keep it on the wall. */
  readonly away = computed(() => [...this.screens.value.values()].filter(({ present }) => !present));
  /** Ids of screens on which people have tapped just now. */
  readonly sparks = signal<readonly string[]>([]);
  #isStale = false;
  /** What the host did to the wall. */
  readonly history: History;
  /** The wall's stencil, if this page knows it. */
  #stencil: Stencil | null | undefined;
  /** By id. */
  readonly #settling = new Map<string, Settling>();
  /** Changes of the show that the server has not confirmed yet. */
  #unconfirmed = 0;
  /** What of the show was changed here and is not confirmed yet. */
  #own: Partial<Show> = {};
  /** Runs after a change was sent. Later changes are sent together when it ends. */
  #pause: ReturnType<typeof setTimeout> | undefined;
  #changed = false;
  readonly #send: (message: ClientMessage) => boolean;

  /** @param send returns false if the server cannot be reached */
  constructor(send: (message: ClientMessage) => boolean, history = new History()) {
    this.#send = send;
    this.history = history;
  }

  /** Starts from the state that the server sends after a join; the screens follow. */
  begin(show: Show, rises: FlashPlan): void {
    this.phases.plan = rises;
    this.show.value = show;
    this.#stencil = show.stencil === null ? null : undefined;
    this.#unconfirmed = 0;
    this.#own = {};
    this.#changed = false;
    for (const { timer } of this.#settling.values()) clearTimeout(timer);
    this.#settling.clear();
    // Screens stay until the server has sent all, or the console would build itself anew.
    this.#isStale = true;
  }

  /** Handles messages about screens and show, and ignores all others. */
  receive(message: ServerMessage): void {
    switch (message.type) {
      case "screens":
        if (this.#isStale) this.screens.value = new Map(message.screens.map((screen) => [screen.id, screen]));
        else this.#see(message.screens.map((screen) => this.#received(screen)));
        this.#isStale = false;
        return;
      case "screen-removed":
        this.screens.value = new Map([...this.screens.peek()].filter(([id]) => id !== message.id));
        return;
      case "show":
        // The confirmation of an older change would undo the newer ones. All else another program may set.
        this.#unconfirmed = Math.max(this.#unconfirmed - 1, 0);
        if (this.#unconfirmed === 0 && !this.#changed) this.#own = {};
        this.show.value = { ...message.show, ...this.#own };
        return;
      case "sparks":
        this.sparks.value = message.screens;
        return;
      case "flash-plan":
        this.phases.plan = message.rises;
        return;
      case "error":
        if (message.answers === "set-show" || message.answers === "set-stencil")
          this.#unconfirmed = Math.max(this.#unconfirmed - 1, 0);
    }
  }

  /**
   * Changes what all screens show, as a step that can be undone. How flashes are limited cannot: nothing but
   * the answer to its warning lifts the limit.
   */
  setShow(change: Partial<Show>): void {
    const show = this.show.peek();
    const keys = changedKeys(show, change);
    if (keys.length === 0) return;
    if (keys.includes("safety")) {
      this.followShow(change);
      return;
    }
    const before = Object.fromEntries(keys.map((key) => [key, show[key]])) as Partial<Show>;
    this.history.add({
      label: showLabel(show, change),
      // Each text that is shown is a step of its own.
      key: `show ${keys.join()} ${showLabel(show, change)} ${change.hand?.text}`,
      undo: () => this.followShow(before),
      redo: () => this.followShow(change),
    });
    this.followShow(change);
  }

  /** Changes what all screens show without the host: its undoing, or a scene that follows by itself. */
  followShow(change: Partial<Show>): void {
    this.#own = { ...this.#own, ...change };
    this.show.value = { ...this.show.peek(), ...change };
    if (this.#pause === undefined) this.#sendShow();
    else this.#changed = true;
  }

  /**
   * Sets the shape through which the light shines; null for the one that every page has. It can be undone
   * unless the shape before is of an earlier visit.
   * @returns false if the server cannot be reached
   */
  setStencil(stencil: Stencil | null): boolean {
    const before = this.#stencil;
    if (!this.#sendStencil(stencil)) return false;
    if (before !== undefined)
      this.history.add({
        label: stencilLabel(),
        key: `stencil ${performance.now()}`,
        undo: () => this.#sendStencil(before),
        redo: () => this.#sendStencil(stencil),
      });
    return true;
  }

  #sendStencil(stencil: Stencil | null): boolean {
    const isSent = this.#send({ type: "set-stencil", stencil });
    // The server answers with the show, which then names it.
    if (isSent) this.#unconfirmed += 1;
    if (isSent) this.#stencil = stencil;
    return isSent;
  }

  /** Sends the show, and starts the pause: a slider that is dragged changes in every animation frame. */
  #sendShow(): void {
    this.#changed = false;
    if (this.#send({ type: "set-show", show: this.show.peek() })) this.#unconfirmed += 1;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#changed) this.#sendShow();
    }, SEND_INTERVAL_MS);
  }

  /**
   * Sets what is dark and what is bright in the song. It has no effect while the show has a gain.
   * @param own by this page's clock
   * @param sent by the RTP time of the broadcast; undefined while there is none
   */
  setLightMap(own: LightMap, sent: LightMap | undefined): void {
    this.#lightMaps.add(own);
    if (sent) this.#send({ type: "set-light-map", map: sent });
  }

  /** Changes places, names or settings, as a step that can be undone. The screens then keep their places. */
  arrange(...screens: readonly ScreenSeen[]): void {
    this.#change(screens, true);
  }

  /** Changes screens like {@link arrange}, but they lose their places as before when they leave. */
  adjust(screens: readonly ScreenSeen[]): void {
    this.#change(screens, false);
  }

  #change(screens: readonly ScreenSeen[], keeps: boolean): void {
    const known = this.screens.peek();
    const after = screens.filter(({ id }) => known.has(id));
    const before = after.map(({ id }) => known.get(id)!);
    const isChange = after.some((screen, n) => changedKeys(before[n]!, screen).length > 0);
    if (!isChange) return;
    if (!this.#arrange(after, keeps)) return;
    const label = screensLabel(before, after);
    this.history.add({
      label,
      key: `screens ${after.map(({ id, hand }) => `${id} ${hand.text}`).join()} ${label}`,
      undo: () => this.#arrange(before, keeps),
      redo: () => this.#arrange(after, keeps),
    });
  }

  /**
   * @param keeps whether the screens keep their places however long they are away
   * @returns false if the server cannot be reached
   */
  #arrange(screens: readonly ScreenSeen[], keeps: boolean): boolean {
    for (const some of batched(screens)) {
      const message = { type: "arrange", screens: some.map(arranged), ...(!keeps && { keeps }) } as const;
      if (!this.#send(message)) return false;
      // One that was removed is here again when the server says so.
      const known = some.filter(({ id }) => this.screens.peek().has(id));
      this.#see(known);
      for (const { id } of known) {
        clearTimeout(this.#settling.get(id)?.timer);
        this.#settling.set(id, { timer: setTimeout(() => this.#settle(id), SETTLE_MS) });
      }
    }
    return true;
  }

  /** Removes a screen that is not connected, or, without `id`, all of them; as a step that can be undone. */
  removeScreen(id?: string): void {
    const removed = this.away.peek().filter((screen) => id === undefined || screen.id === id);
    if (removed.length === 0) return;
    const isSent = this.#send({ type: "remove-screen", ...(id !== undefined && { id }) });
    if (!isSent) return;
    this.history.add({
      label: removingLabel(removed),
      key: `remove ${performance.now()}`,
      undo: () => this.#arrange(removed, true),
      redo: () => {
        // These alone: others may have left since.
        for (const { id } of removed.slice(0, REMOVED_AGAIN_MAX)) this.#send({ type: "remove-screen", id });
      },
    });
  }

  /** Makes a screen, or all screens, show number and name. */
  identify(id?: string): void {
    this.#send({ type: "identify", ...(id !== undefined && { id }) });
  }

  /** A screen as the server says, with what was changed here since: its word may be of before. */
  #received(screen: ScreenSeen): ScreenSeen {
    const settling = this.#settling.get(screen.id);
    const own = this.screens.peek().get(screen.id);
    if (!settling || !own) return screen;
    settling.received = screen;
    return { ...screen, ...arranged(own) };
  }

  /** From now on the server is right. */
  #settle(id: string): void {
    const { received } = this.#settling.get(id) ?? {};
    this.#settling.delete(id);
    if (received && this.screens.peek().has(id)) this.#see([received]);
  }

  #see(screens: readonly ScreenSeen[]): void {
    this.screens.value = new Map([
      ...this.screens.peek(),
      ...screens.map((screen) => [screen.id, screen] as const),
    ]);
  }
}
