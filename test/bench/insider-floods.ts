import { createECDH } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { GenericNack, RtcpTransportLayerFeedback, SrtcpSession } from "werift";
import { clearRecord, clientHello, handshakeRecord, messageFragment } from "../support/dtls-records.ts";
import { LeanListener } from "../support/lean-listener.ts";

// Floods by peers that have joined a wall and sent an authentic connectivity check.

/** The target of a flood. */
export interface Target {
  port: number;
  udpPort: number;
  /** Code of the wall. */
  code: string;
  /** How long the flood runs, ms. */
  time: number;
}

/**
 * The address of these floods: neither that of the listeners nor that of the other floods, whose network the
 * server has paused.
 */
const ADDRESS = "127.0.0.3";

/** Peers that flood at the same time. */
const INSIDERS = 10;
/** Datagrams of each peer in a burst, and the pause after it. */
const BURST = { datagrams: 10, pauseMs: 5 };

const CLIENT_KEY_EXCHANGE = 16;

export const INSIDER_FLOODS = {
  /** Fragments of handshake messages that are never complete. Some claim a length of 16 MB. */
  fragments(target: Target): Promise<void> {
    const piece = (length: number, offset: number) =>
      messageFragment({ type: CLIENT_KEY_EXCHANGE, length, number: 2, offset, body: Buffer.from([offset]) });
    const huge = clearRecord(22, Buffer.concat([piece(0xff_fffe, 0xff_fffc), piece(0xff_fffe, 0xff_fffd)]));
    const single = clearRecord(22, Buffer.concat(Array.from({ length: 80 }, (_, n) => piece(200, n))));
    const both = [Buffer.concat([huge, huge]), single];
    return floodFrom(target, { connects: false }, (_, n) => both[n % 2]!);
  },

  /** ClientKeyExchange messages. */
  keyExchanges(target: Target): Promise<void> {
    const share = createECDH("prime256v1").generateKeys();
    const exchange = Buffer.concat([Buffer.from([share.length]), share]);
    const datagram = Buffer.concat(
      Array.from({ length: 12 }, (_, n) => handshakeRecord(CLIENT_KEY_EXCHANGE, n, exchange)),
    );
    return floodFrom(target, { connects: false }, () => datagram);
  },

  /** ClientHello messages, each with another random. */
  hellos(target: Target): Promise<void> {
    return floodFrom(target, { connects: false }, (_, n) => clientHello({ random: n & 0xff }));
  },

  /** NACKs for as many packets as one message can name, protected with the listener's own keys. */
  nackLists(target: Target): Promise<void> {
    const sessions = new Map<LeanListener, SrtcpSession>();
    // So far apart that each number takes an entry of its own (RFC 4585 §6.2.1).
    const lost = Array.from({ length: 280 }, (_, n) => n * 200);
    return floodFrom(target, { connects: true }, (insider) => {
      let session = sessions.get(insider);
      if (!session) {
        const { key, salt } = insider.outboundKeys;
        const keys = {
          localMasterKey: key,
          localMasterSalt: salt,
          remoteMasterKey: key,
          remoteMasterSalt: salt,
        };
        session = new SrtcpSession({ keys, profile: 1 });
        sessions.set(insider, session);
      }
      const nack = new GenericNack({
        senderSsrc: 1,
        mediaSourceSsrc: insider.ssrc,
        lost,
      });
      return session.encrypt(new RtcpTransportLayerFeedback({ feedback: nack }).serialize());
    });
  },

  /** Authentic connectivity checks. */
  ownChecks(target: Target): Promise<void> {
    return floodFrom(target, { connects: true }, (insider) => insider.check());
  },
};

/** Lets {@link INSIDERS} peers join. Each sends datagrams until the time is over. */
async function floodFrom(
  { port, code, time }: Target,
  { connects }: { connects: boolean },
  make: (insider: LeanListener, n: number) => Buffer,
): Promise<void> {
  const joining = Array.from({ length: INSIDERS }, () =>
    LeanListener.join(port, code, { connects, localAddress: ADDRESS }),
  );
  const insiders = await Promise.all(joining);
  // The server reads handshake messages of a peer only after its ClientHello.
  if (!connects) for (const insider of insiders) insider.send(clientHello());
  const end = performance.now() + time;
  for (let n = 0; performance.now() < end; ) {
    for (const last = n + BURST.datagrams; n < last; n++) {
      for (const insider of insiders) insider.send(make(insider, n));
    }
    await delay(BURST.pauseMs);
  }
  for (const insider of insiders) insider.close();
}
