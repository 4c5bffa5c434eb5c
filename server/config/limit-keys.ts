import { wholeNumber } from "./values.ts";

/** How much of the server people may use. */
export const LIMIT_KEYS = {
  NETWORK_SHARE: {
    about:
      "Share of one network in the limits for walls, connecting pages, screens without UDP, connections " +
      "and buffered messages.",
    fallback: "25",
    unit: "percent",
    schema: wholeNumber(1, 100),
  },
  WALLS_MAX: {
    about:
      "Walls that are open at the same time. A quarter more is reserved for hosts who return with their key.",
    fallback: "100",
    unit: "walls",
    schema: wholeNumber(1, 100_000),
  },
  LISTENERS_MAX: {
    about: "Screens in one wall.",
    fallback: "5000",
    unit: "screens",
    schema: wholeNumber(1, 100_000),
  },
  SOCKET_LISTENERS_MAX: {
    about: "Screens of all walls that may get the music over their WebSockets at once, where UDP is blocked.",
    fallback: "500",
    unit: "screens",
    schema: wholeNumber(0, 100_000),
  },
  LONG_PACKETS_FROM: {
    about: "Screens from which a wall uses packets of 60 ms: a third of the work, 40 ms later.",
    fallback: "300",
    unit: "screens",
    schema: wholeNumber(1, 1_000_000),
  },
  SHORT_PACKETS_BELOW: {
    about: "Screens below which a wall returns to packets of 20 ms.",
    fallback: "200",
    unit: "screens",
    schema: wholeNumber(0, 1_000_000),
  },
  CONNECTING_MAX: {
    about: 'Pages whose media is connecting at the same time. Further pages are refused as "server full".',
    fallback: "4000",
    unit: "pages",
    schema: wholeNumber(1, 100_000),
  },
  LOOP_DELAY_MAX: {
    about: "Delay of the server's main thread above which new pages are refused.",
    fallback: "500",
    unit: "milliseconds",
    schema: wholeNumber(1, 60_000),
  },
  HOST_KBPS_MAX: {
    about:
      "Media accepted from one host; more is dropped. Opus needs 510. " +
      "Up to 3000, also at most 250 packets a second.",
    fallback: "1000",
    unit: "kilobits per second",
    schema: wholeNumber(8, 1_000_000),
  },
  PICTURE_RATE_MAX: {
    about: "Pictures accepted from one host, both sizes together; 0 for none. 720p needs 2500.",
    fallback: "4000",
    unit: "kilobits per second",
    schema: wholeNumber(0, 1_000_000),
  },
  MESSAGE_MAX: {
    about: "Largest accepted signalling message. Words or a logo for the wall need 22000.",
    fallback: "65536",
    unit: "bytes",
    schema: wholeNumber(4096, 1_048_576),
  },
  CONNECTIONS_MAX: {
    about: "TCP connections at the same time. Further ones are closed when they arrive.",
    fallback: "40000",
    unit: "connections",
    schema: wholeNumber(8, 1_000_000),
  },
  SOCKETS_PER_ADDRESS: {
    about: "Pages and programs of one network address at a time. A venue behind one router has one address.",
    fallback: "5000",
    unit: "pages",
    schema: wholeNumber(1, 1_000_000),
  },
  JOINS_PER_MINUTE: {
    about: "Screens that join from one network address per minute, in a burst or spread. Also limits offers.",
    fallback: "6000",
    unit: "joins",
    schema: wholeNumber(1, 1_000_000),
  },
  WALLS_PER_HOUR: {
    about: "Walls opened from one network address per hour, in a burst or spread.",
    fallback: "120",
    unit: "walls",
    schema: wholeNumber(1, 1_000_000),
  },
  WRONG_KEYS_PER_MINUTE: {
    about: "Wrong host keys, wall passwords and tokens from one network per minute. Further attempts wait.",
    fallback: "30",
    unit: "attempts",
    schema: wholeNumber(1, 1_000_000),
  },
  WRONG_CODES_PER_MINUTE: {
    about: "Different unknown codes from one network per minute. Further attempts wait.",
    fallback: "30",
    unit: "codes",
    schema: wholeNumber(1, 1_000_000),
  },
  MESSAGES_PER_SECOND: {
    about:
      "Messages of one page, or programs' requests of one network, per second; five times as many at once.",
    fallback: "50",
    unit: "messages",
    schema: wholeNumber(1, 100_000),
  },
} as const;
