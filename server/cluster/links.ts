import type { Bus } from "../relay/bus.ts";
import { Replays } from "../relay/replays.ts";
import { Opener, Sealer } from "../relay/seal.ts";
import { decodeEnvelope, encodeEnvelope, type NodeMessage } from "./messages.ts";

/** Subject of what all nodes are told. */
const ALL = "lightwall.nodes";
/** Longest message, bytes: NATS accepts a mebibyte by default. */
const MESSAGE_MAX = 1_000_000;

/** Subject of what one node is told. */
function subjectOf(node: string): string {
  return `lightwall.node.${node}`;
}

export interface LinksOptions {
  readonly bus: Bus;
  /** What the nodes of the installation share: 32 bytes. */
  readonly secret: Uint8Array;
  /** Id of this node. */
  readonly node: string;
  /** Receives what another node says. */
  readonly receive: (message: NodeMessage, from: string) => void;
  /** Called when a message is refused for the first time. */
  readonly refusing: () => void;
}

/**
 * What nodes tell one another, sealed. A message that was recorded and is sent again is refused, as each
 * sender's messages are numbered and have a time. A message may be lost; those that come are in order.
 */
export class Links {
  readonly #options: LinksOptions;
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  readonly #replays = new Replays();
  readonly #ends: (() => void)[] = [];
  /** Messages that no node of this installation has sent, that came again, or that this version refuses. */
  refused = 0;
  #refusedBefore = 0;

  constructor(options: LinksOptions) {
    this.#options = options;
    this.#sealer = new Sealer(options.secret);
    this.#opener = new Opener(options.secret);
  }

  /** Receives from now on what others say. */
  listen(): void {
    const { bus, node } = this.#options;
    for (const subject of [ALL, subjectOf(node)]) {
      this.#ends.push(bus.subscribe(subject, (data) => this.#receive(subject, data)));
    }
  }

  /** Tells one node. @returns false if the message is too long to be sent */
  send(node: string, message: NodeMessage): boolean {
    return this.#publish(subjectOf(node), message);
  }

  /** Tells all other nodes. */
  sendToAll(message: NodeMessage): void {
    this.#publish(ALL, message);
  }

  /** How many messages were refused since the last call. */
  takeRefused(): number {
    const since = this.refused - this.#refusedBefore;
    this.#refusedBefore = this.refused;
    return since;
  }

  /** Receives no more; idempotent. */
  close(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #publish(subject: string, message: NodeMessage): boolean {
    const plain = encodeEnvelope({ from: this.#options.node, message });
    if (plain.length > MESSAGE_MAX) return false;
    this.#options.bus.publish(subject, this.#sealer.seal(subject, plain));
    return true;
  }

  #receive(subject: string, data: Buffer): void {
    const opened = this.#opener.open(subject, data);
    const isNew = opened && this.#replays.isNew(opened.sender, opened.count);
    const envelope = isNew ? decodeEnvelope(opened.plain) : undefined;
    if (envelope) this.#options.receive(envelope.message, envelope.from);
    else if (this.refused++ === 0) this.#options.refusing();
  }
}
