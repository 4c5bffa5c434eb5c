#ifndef CROWD_H
#define CROWD_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "dtls.h"
#include "srtp.h"

/* Every 50th listener decrypts and checks its packets, and requests one packet again each second. */
enum { SAMPLE_EVERY = 50, TEXT_MAX = 320 };
/* Payload types of the song and of pictures in VP8. */
enum { PAYLOAD_TYPE = 111, PICTURE_PAYLOAD_TYPE = 96 };

/* The received stream of one listener. */
struct reception {
  int started;
  uint32_t ssrc;
  /* Highest packet index with the rollovers in its upper bits, and the arrivals among the last 64. */
  uint32_t highest;
  uint64_t seen;
  uint32_t first;
  uint32_t received;
  int64_t arrived_at;
  /* Middle 32 bits of the last sender report's time, and its arrival. */
  uint32_t report_time;
  int64_t report_at;
  uint32_t rtcp_index;
  /* The server's sequence number minus the host's, once known. */
  int shift_known;
  uint16_t shift;
  /* The requested packet. */
  int awaiting;
  uint32_t awaited;
};

/* A mute peer has fixed keys and only receives. */
enum peer_state { CHECKING, HANDSHAKING, UP, MUTE, FAILED };

/* A browser: the host or a listener. */
struct peer {
  /* Listeners count from 0; the host is -1. */
  int index;
  enum peer_state state;
  struct in_addr own;
  struct sockaddr_in server;
  char username[TEXT_MAX], server_password[TEXT_MAX], own_password[TEXT_MAX], fingerprint[96];
  uint8_t transaction[12];
  int64_t check_due, report_due, again_due, gives_up_at;
  struct dtls *dtls;
  struct srtp rtp, rtcp_in, rtcp_out;
  /* When it began to join, and when its first picture came that can be decoded alone. */
  int64_t joined_at, pictured_at;
  struct reception reception;
};

/* The counters since the last mark. */
struct figures {
  uint64_t packets, duplicates, checked, bad, asked, returned, sender_reports, forged_reports, host_nacks;
  /* Packets of pictures that came beside the song, and key frames that the server has asked for. */
  uint64_t pictures, keyframes;
  int64_t worst_gap;
};
extern struct figures figures;

/* Nanoseconds of the clock that the kernel stamps datagrams with. */
int64_t now_ns(void);
enum { MS = 1000000 };

/* Sends as this peer. */
void crowd_send(struct peer *peer, const uint8_t *datagram, size_t length);
/* Writes an event to stdout. */
void crowd_tell(const char *event, int index, const char *detail);
/* A packet of a picture arrived at a listener, while the host sends the song too. */
void crowd_pictured(struct peer *peer, uint8_t *packet, size_t length, int64_t at);
/* Whether the host sends pictures beside the song. */
extern int has_both;
/* The server has asked the host for a key frame. */
void crowd_keyframe(void);
/* A packet of the song arrived at a listener for the first time. */
void crowd_arrived(struct peer *peer, const uint8_t *packet, int64_t at);
/*
 * Whether this is a payload of the host. If the server keeps one numbering, also whether its number has the
 * same distance to the host's number as before.
 */
int crowd_is_payload(struct peer *peer, const uint8_t *packet, const uint8_t *payload, size_t length);

void peer_receive(struct peer *peer, uint8_t *datagram, size_t length, int64_t at);
/* Called every few ms: checks, consent, reports and time-outs. */
void peer_tick(struct peer *peer, int64_t time);

#endif
