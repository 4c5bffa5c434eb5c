#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "stun.h"

#define CHECK_INTERVAL (50ll * MS)
#define CONSENT_INTERVAL (5000ll * MS)
#define REPORT_INTERVAL (5000ll * MS)
#define AGAIN_INTERVAL (1000ll * MS)

enum { SENDER_REPORT = 200, RECEIVER_REPORT = 201, FEEDBACK = 205, PAYLOAD_FEEDBACK = 206, PLI = 1 };

struct figures figures;

static int is_sample(const struct peer *peer) { return peer->index >= 0 && peer->index % SAMPLE_EVERY == 0; }

/*
 * An interval, 0.8 to 1.2 times, so that three thousand listeners do not speak at once (RFC 7675 section
 * 5.1).
 */
static int64_t spread(int64_t interval) { return interval * (80 + random() % 41) / 100; }

static void fail(struct peer *peer, const char *reason) {
  peer->state = FAILED;
  dtls_free(peer->dtls);
  peer->dtls = NULL;
  crowd_tell("failed", peer->index, reason);
}

static void send_check(struct peer *peer) {
  uint8_t datagram[DATAGRAM_MAX];
  crowd_send(peer, datagram, stun_check(datagram, peer->transaction, peer->username, peer->server_password));
}

static void send_dtls(void *owner, const uint8_t *datagram, size_t length) {
  crowd_send(owner, datagram, length);
}

static void connect_media(struct peer *peer) {
  uint8_t keys[60];
  if (!dtls_keys(peer->dtls, keys)) return fail(peer, "no SRTP profile");
  if (!dtls_is(peer->dtls, peer->fingerprint)) return fail(peer, "certificate is not the answer's");
  const uint8_t *own_key = keys, *server_key = keys + 16, *own_salt = keys + 32, *server_salt = keys + 46;
  if (peer->index < 0) srtp_init(&peer->rtp, SRTP_RTP, own_key, own_salt);
  else srtp_init(&peer->rtp, SRTP_RTP, server_key, server_salt);
  srtp_init(&peer->rtcp_in, SRTP_RTCP, server_key, server_salt);
  srtp_init(&peer->rtcp_out, SRTP_RTCP, own_key, own_salt);
  dtls_free(peer->dtls);
  peer->dtls = NULL;
  peer->state = UP;
  int64_t time = now_ns();
  peer->check_due = time + spread(CONSENT_INTERVAL);
  peer->report_due = time + REPORT_INTERVAL * (random() % 100) / 100;
  peer->again_due = time + spread(AGAIN_INTERVAL);
  crowd_tell("up", peer->index, "");
}

static void shake(struct peer *peer, const uint8_t *datagram, size_t length) {
  int done = dtls_step(peer->dtls, datagram, length);
  if (done > 0) connect_media(peer);
  else if (done < 0) fail(peer, "DTLS failed");
}

static void receive_stun(struct peer *peer, const uint8_t *datagram, size_t length) {
  switch (stun_type(datagram, length)) {
    case STUN_REQUEST: {
      uint8_t answer[DATAGRAM_MAX];
      if (!stun_authentic(datagram, length, peer->own_password)) return;
      struct sockaddr_in from = peer->server;
      crowd_send(peer, answer, stun_success(answer, datagram, &from, peer->own_password));
      return;
    }
    case STUN_SUCCESS:
      if (peer->state != CHECKING || memcmp(datagram + 8, peer->transaction, 12)) return;
      if (!stun_authentic(datagram, length, peer->server_password)) return;
      peer->state = HANDSHAKING;
      peer->dtls = dtls_new(send_dtls, peer);
      shake(peer, NULL, 0);
  }
}

static void check_payload(struct peer *peer, uint8_t *packet, size_t length, uint32_t index) {
  size_t clear = srtp_open(&peer->rtp, packet, length, index >> 16);
  figures.checked++;
  if (clear <= RTP_HEADER || packet[0] & 0x1f ||
      !crowd_is_payload(peer, packet, packet + RTP_HEADER, clear - RTP_HEADER))
    figures.bad++;
}

static void receive_rtp(struct peer *peer, uint8_t *packet, size_t length, int64_t at) {
  struct reception *in = &peer->reception;
  if (peer->index < 0 || length <= RTP_HEADER + SRTP_TAG) return;
  if (has_both && (packet[1] & 0x7f) == PICTURE_PAYLOAD_TYPE) return crowd_pictured(peer, packet, length, at);
  uint16_t sequence = get16(packet + 2);
  if (!in->started) {
    in->started = 1;
    in->ssrc = get32(packet + 8);
    in->highest = in->first = sequence;
    in->highest--;
    in->seen = 0;
  }
  int16_t ahead = (int16_t)(sequence - (uint16_t)in->highest);
  uint32_t index = in->highest + (uint32_t)ahead;
  if (ahead > 0) {
    in->seen = ahead < 64 ? in->seen << ahead | 1 : 1;
    in->highest = index;
  } else if (ahead > -64 && !(in->seen >> -ahead & 1)) {
    in->seen |= 1ull << -ahead;
  } else {
    if (in->awaiting && index == in->awaited) {
      in->awaiting = 0;
      figures.returned++;
      check_payload(peer, packet, length, index);
    } else {
      figures.duplicates++;
    }
    return;
  }
  in->received++;
  figures.packets++;
  crowd_arrived(peer, packet, at);
  if (is_sample(peer)) check_payload(peer, packet, length, index);
}

static void receive_rtcp(struct peer *peer, uint8_t *packet, size_t length, int64_t at) {
  size_t clear = srtcp_open(&peer->rtcp_in, packet, length);
  if (!clear) {
    figures.forged_reports++;
  } else if (packet[1] == SENDER_REPORT && clear >= 28) {
    figures.sender_reports++;
    peer->reception.report_time = get32(packet + 10);
    peer->reception.report_at = at;
  } else if (packet[1] == FEEDBACK && peer->index < 0) {
    figures.host_nacks++;
  } else if (packet[1] == PAYLOAD_FEEDBACK && (packet[0] & 0x1f) == PLI && peer->index < 0) {
    /* RFC 4585 section 6.3.1 */
    figures.keyframes++;
    crowd_keyframe();
  }
}

void peer_receive(struct peer *peer, uint8_t *datagram, size_t length, int64_t at) {
  if (length < 2) return;
  uint8_t first = datagram[0];
  if (first <= 3) receive_stun(peer, datagram, length);
  else if (first >= 20 && first <= 63 && peer->state == HANDSHAKING) shake(peer, datagram, length);
  else if (first >= 128 && first <= 191 && (peer->state == UP || peer->state == MUTE)) {
    /* RFC 5761 section 4 tells RTCP by its packet type. */
    if (datagram[1] < 192 || datagram[1] > 223) receive_rtp(peer, datagram, length, at);
    else receive_rtcp(peer, datagram, length, at);
  }
}

static void send_rtcp(struct peer *peer, uint8_t *packet, size_t length) {
  put16(packet + 2, (uint16_t)(length / 4 - 1));
  put32(packet + 4, (uint32_t)peer->index + 2);
  crowd_send(peer, packet, srtcp_protect(&peer->rtcp_out, packet, length, ++peer->reception.rtcp_index));
}

static void send_receiver_report(struct peer *peer, int64_t time) {
  struct reception *in = &peer->reception;
  uint8_t packet[DATAGRAM_MAX] = {0x81, RECEIVER_REPORT};
  put32(packet + 8, in->ssrc);
  put32(packet + 12, (in->highest - in->first + 1 - in->received) & 0xffffff);
  put32(packet + 16, in->highest);
  put32(packet + 24, in->report_time);
  if (in->report_time) put32(packet + 28, (uint32_t)((time - in->report_at) * 65536 / (1000ll * MS)));
  send_rtcp(peer, packet, 32);
}

/* Asks for a packet that has come, as if it had not. */
static void ask_again(struct peer *peer) {
  struct reception *in = &peer->reception;
  if (in->received < 4) return;
  uint8_t packet[DATAGRAM_MAX] = {0x81, FEEDBACK};
  in->awaiting = 1;
  in->awaited = in->highest - 3;
  figures.asked++;
  put32(packet + 8, in->ssrc);
  put16(packet + 12, (uint16_t)in->awaited);
  send_rtcp(peer, packet, 16);
}

void peer_tick(struct peer *peer, int64_t time) {
  if (peer->state == FAILED || peer->state == MUTE) return;
  if (peer->state != UP && time > peer->gives_up_at)
    return fail(peer, peer->dtls ? "DTLS took too long" : "no answer to checks");
  if (peer->state == HANDSHAKING) return shake(peer, NULL, 0);
  if (time >= peer->check_due) {
    peer->check_due = time + (peer->state == UP ? spread(CONSENT_INTERVAL) : CHECK_INTERVAL);
    if (peer->state == UP) RAND_bytes(peer->transaction, sizeof peer->transaction);
    send_check(peer);
  }
  if (peer->state != UP || !peer->reception.started) return;
  if (time >= peer->report_due) {
    peer->report_due = time + spread(REPORT_INTERVAL);
    send_receiver_report(peer, time);
  }
  if (is_sample(peer) && time >= peer->again_due) {
    peer->again_due = time + spread(AGAIN_INTERVAL);
    ask_again(peer);
  }
}
