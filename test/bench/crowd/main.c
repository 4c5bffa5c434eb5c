/*
 * The crowd of the fan-out bench: one host and thousands of listeners with real ICE, DTLS and SRTP, in one
 * thread. All share one UDP socket; each has a loopback address of its own. The program polls the socket
 * every half millisecond and never blocks on it, so that no server spends time on waking its listeners. The
 * kernel timestamps arrivals.
 *
 * Commands on stdin, one a line; events and reports on stdout as JSON lines:
 *   host|listen <index> <address> <port> <ufrag> <password> <own ufrag> <own password> <fingerprint>
 *   mute <count>                      listeners with fixed keys and no peer, for the floor program
 *   plain <address> <port>            the song goes to this address as bare RTP, without a host's peer
 *   play <packets/s> <bytes> <count>  the host sends this many packets
 *   pictures                          the host sends key frames in VP8 instead of the song
 *   beside <packets/s> <bytes>        the host sends pictures in VP8 beside the song, from the next play on;
 *                                     a key frame 20 ms after each request, as an encoder does
 *   mark <watched>                    resets the counters; gaps are measured for this many listeners
 *   report
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"

enum {
  LISTENERS_MAX = 16384,
  BATCH = 256,
  /* Half a millisecond between two polls of the socket. Each peer has its turn every 20 polls. */
  TICK = MS / 2,
  TURNS = 20,
  RECEIVE_BUFFER = 64 << 20,
  /* Packets of the host whose times are kept: eight seconds of the fastest case. */
  HISTORY = 8192,
  /* The descriptor of a packet that begins a VP8 frame (RFC 7741 section 4.2), before a packet's number. */
  PICTURE_START = 0x10000000,
  /* The first packets pass a rollover. */
  FIRST_SEQUENCE = 65436,
  /* Beside the song: the host's second SSRC, pictures a second, and packets of a key frame. */
  PICTURE_SSRC = 0x50115012,
  PICTURES_PER_SECOND = 25,
  KEY_PACKETS = 20,
  KEY_DELAY_MS = 20,
  TIMESTAMP_STEP = 960,
  FIRST_ADDRESS = 0x7f010001, /* 127.1.0.1 */
};
#define CONNECT_TIMEOUT (15000ll * MS)

static int udp;
static uint16_t own_port;
static struct peer *host;
static struct peer *listeners[LISTENERS_MAX];
static int listener_count, watched;
static struct sockaddr_in plain;

/* The song: packets sent, packets left, and the time of the next one. */
static struct {
  uint32_t sent, left, bytes;
  int64_t interval, due;
} song;
static struct {
  int64_t sent_at, last_arrival;
} history[HISTORY];
/* The pictures beside the song. */
int has_both;
static struct {
  uint32_t sent, bytes, key_left;
  int64_t interval, due, key_due;
} beside;
/* The server replaces timestamps: packets cannot be identified by them. */
static int redated;
static int has_pictures;
static uint32_t marked_at, beside_marked;
static int64_t song_gap;
static uint32_t overflow, overflow_marked;

int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000ll * MS + time.tv_nsec;
}

void crowd_tell(const char *event, int index, const char *detail) {
  printf("{\"event\":\"%s\",\"index\":%d,\"detail\":\"%s\"}\n", event, index, detail);
}

void crowd_send(struct peer *peer, const uint8_t *datagram, size_t length) {
  union {
    char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
    struct cmsghdr align;
  } control = {0};
  struct iovec data = {(void *)datagram, length};
  struct msghdr message = {
      &peer->server, sizeof peer->server, &data, 1, control.room, sizeof control.room, 0};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
  ((struct in_pktinfo *)CMSG_DATA(header))->ipi_spec_dst = peer->own;
  sendmsg(udp, &message, 0); /* What the system refuses is lost, as on a network. */
}

static uint8_t pattern(uint32_t number, size_t at) { return (uint8_t)((number + at) * 31); }

int crowd_is_payload(struct peer *peer, const uint8_t *packet, const uint8_t *payload, size_t length) {
  struct reception *in = &peer->reception;
  uint32_t number = length < 4 ? song.sent : get32(payload) & ~PICTURE_START;
  if (song.sent - number - 1 > 0xffff) return 0;
  for (size_t at = 4; at < length; at++)
    if (payload[at] != pattern(number, at)) return 0;
  uint16_t shift = (uint16_t)(get16(packet + 2) - (FIRST_SEQUENCE + number));
  if (!in->shift_known) in->shift = shift;
  in->shift_known = 1;
  if (get32(packet + 4) != number * TIMESTAMP_STEP) redated = 1;
  return shift == in->shift;
}

void crowd_arrived(struct peer *peer, const uint8_t *packet, int64_t at) {
  uint32_t number = get32(packet + 4) / TIMESTAMP_STEP;
  if (song.sent - number <= HISTORY && at > history[number % HISTORY].last_arrival)
    history[number % HISTORY].last_arrival = at;
  int64_t before = peer->reception.arrived_at;
  peer->reception.arrived_at = at;
  if (peer->index < watched && before && at - before > figures.worst_gap) figures.worst_gap = at - before;
}

static void send_packet(int64_t time) {
  uint8_t packet[DATAGRAM_MAX] = {0x80, has_pictures ? PICTURE_PAYLOAD_TYPE : PAYLOAD_TYPE};
  uint32_t number = song.sent++, index = FIRST_SEQUENCE + number;
  put16(packet + 2, (uint16_t)index);
  put32(packet + 4, number * TIMESTAMP_STEP);
  put32(packet + 8, 0x50115011);
  put32(packet + RTP_HEADER, number | (has_pictures ? PICTURE_START : 0));
  for (size_t at = 4; at < song.bytes; at++) packet[RTP_HEADER + at] = pattern(number, at);
  size_t length = RTP_HEADER + song.bytes;
  int64_t before = history[(number - 1) % HISTORY].sent_at;
  if (number > marked_at && time - before > song_gap) song_gap = time - before;
  history[number % HISTORY].sent_at = now_ns();
  history[number % HISTORY].last_arrival = 0;
  if (host) crowd_send(host, packet, srtp_protect(&host->rtp, packet, length, index >> 16));
  else sendto(udp, packet, length, 0, (struct sockaddr *)&plain, sizeof plain);
}

void crowd_keyframe(void) {
  if (!beside.key_due) beside.key_due = now_ns() + KEY_DELAY_MS * MS;
}

/* A key frame begins with its first packet; its other packets are no beginnings (RFC 7741 section 4.2). */
static void send_beside(int64_t time) {
  uint8_t packet[DATAGRAM_MAX] = {0x80, PICTURE_PAYLOAD_TYPE};
  uint32_t number = beside.sent++, index = FIRST_SEQUENCE + number;
  int is_key = beside.key_due && time >= beside.key_due;
  if (is_key) {
    beside.key_due = 0;
    beside.key_left = KEY_PACKETS;
  }
  put16(packet + 2, (uint16_t)index);
  put32(packet + 4, (uint32_t)(time / (1000ll * MS / PICTURES_PER_SECOND)) * (90000 / PICTURES_PER_SECOND));
  put32(packet + 8, PICTURE_SSRC);
  packet[RTP_HEADER] = is_key || !beside.key_left ? 0x10 : 0;
  packet[RTP_HEADER + 1] = is_key ? 0 : 1;
  if (beside.key_left) beside.key_left--;
  size_t length = RTP_HEADER + beside.bytes;
  if (host) crowd_send(host, packet, srtp_protect(&host->rtp, packet, length, index >> 16));
  else sendto(udp, packet, length, 0, (struct sockaddr *)&plain, sizeof plain);
}

void crowd_pictured(struct peer *peer, uint8_t *packet, size_t length, int64_t at) {
  figures.pictures++;
  if (peer->pictured_at) return;
  /* The first packets of a stream have no rollover (RFC 3711 section 3.3.1). */
  size_t clear = srtp_open(&peer->rtp, packet, length, 0);
  if (clear > RTP_HEADER + 1 && packet[RTP_HEADER] == 0x10 && !(packet[RTP_HEADER + 1] & 1))
    peer->pictured_at = at;
}

static void play(void) {
  int64_t time = now_ns();
  if (has_both && song.left && time >= beside.due) {
    send_beside(time);
    beside.due = (beside.due ? beside.due : time) + beside.interval;
    if (beside.due < time - 100ll * MS) beside.due = time;
  }
  if (song.left == 0 || time < song.due) return;
  send_packet(time);
  song.due += song.interval;
  /* A host that was held up goes on from now; a burst would measure this program. */
  if (song.due < time) song.due = time + song.interval;
  if (--song.left == 0) crowd_tell("played", -1, "");
}

static struct peer *peer_at(struct in_addr address) {
  uint32_t number = ntohl(address.s_addr);
  if (host && host->own.s_addr == address.s_addr) return host;
  number -= FIRST_ADDRESS;
  return number < LISTENERS_MAX ? listeners[number] : NULL;
}

static void receive_one(struct msghdr *message, uint8_t *datagram, size_t length) {
  struct in_addr to = {0};
  int64_t at = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      to = ((struct in_pktinfo *)CMSG_DATA(part))->ipi_addr;
    } else if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec *stamp = (struct timespec *)CMSG_DATA(part);
      at = stamp->tv_sec * 1000ll * MS + stamp->tv_nsec;
    } else if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL) {
      memcpy(&overflow, CMSG_DATA(part), sizeof overflow);
    }
  }
  struct peer *peer = peer_at(to);
  if (peer) peer_receive(peer, datagram, length, at);
}

static void receive(void) {
  static uint8_t datagrams[BATCH][DATAGRAM_MAX];
  static char controls[BATCH][128];
  static struct mmsghdr messages[BATCH];
  static struct iovec data[BATCH];
  int count;
  do {
    for (int n = 0; n < BATCH; n++) {
      data[n] = (struct iovec){datagrams[n], DATAGRAM_MAX};
      messages[n].msg_hdr =
          (struct msghdr){
              .msg_iov = &data[n], .msg_iovlen = 1, .msg_control = controls[n], .msg_controllen = 128};
    }
    count = recvmmsg(udp, messages, BATCH, MSG_DONTWAIT, NULL);
    for (int n = 0; n < count; n++) receive_one(&messages[n].msg_hdr, datagrams[n], messages[n].msg_len);
    play();
  } while (count == BATCH);
}

static void add(struct peer *peer) {
  if (peer->index >= LISTENERS_MAX) exit(2);
  peer->own.s_addr = htonl(FIRST_ADDRESS + (uint32_t)peer->index);
  listeners[peer->index] = peer;
  if (peer->index >= listener_count) listener_count = peer->index + 1;
}

static void add_mute(int count) {
  for (int n = 0; n < count; n++) {
    struct peer *peer = calloc(1, sizeof *peer);
    peer->index = n;
    peer->state = MUTE;
    srtp_init_fixed(&peer->rtp, (uint32_t)n);
    add(peer);
  }
}

static void meet(char *line) {
  char kind[16], address[64], ufrag[128], own_ufrag[128];
  struct peer *peer = calloc(1, sizeof *peer);
  unsigned port;
  if (sscanf(line, "%15s %d %63s %u %127s %255s %127s %255s %95s", kind, &peer->index, address, &port, ufrag,
             peer->server_password, own_ufrag, peer->own_password, peer->fingerprint) != 9)
    exit(2);
  snprintf(peer->username, sizeof peer->username, "%s:%s", ufrag, own_ufrag);
  peer->server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, address, &peer->server.sin_addr);
  RAND_bytes(peer->transaction, sizeof peer->transaction);
  peer->joined_at = now_ns();
  peer->gives_up_at = peer->joined_at + CONNECT_TIMEOUT;
  if (peer->index < 0) {
    host = peer;
    inet_pton(AF_INET, "127.0.0.2", &peer->own);
  } else {
    add(peer);
  }
}

static int by_size(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double in_ms(int64_t ns) { return (double)ns / MS; }

static void report(void) {
  static int64_t delays[HISTORY];
  uint32_t count = song.sent - marked_at, known = 0;
  if (count > HISTORY) count = HISTORY;
  for (uint32_t number = song.sent - count; number != song.sent; number++) {
    int64_t last = history[number % HISTORY].last_arrival;
    if (last && !redated) delays[known++] = last - history[number % HISTORY].sent_at;
  }
  qsort(delays, known, sizeof *delays, by_size);
  printf("{\"event\":\"report\",\"sent\":%u,\"packets\":%llu,\"duplicates\":%llu,"
         "\"checked\":%llu,\"bad\":%llu,",
         song.sent - marked_at, (unsigned long long)figures.packets, (unsigned long long)figures.duplicates,
         (unsigned long long)figures.checked, (unsigned long long)figures.bad);
  printf("\"asked\":%llu,\"returned\":%llu,\"senderReports\":%llu,\"forgedReports\":%llu,\"hostNacks\":%llu,",
         (unsigned long long)figures.asked, (unsigned long long)figures.returned,
         (unsigned long long)figures.sender_reports, (unsigned long long)figures.forged_reports,
         (unsigned long long)figures.host_nacks);
  static int64_t first[LISTENERS_MAX];
  uint32_t pictured = 0;
  for (int n = 0; n < listener_count; n++)
    if (listeners[n] && listeners[n]->pictured_at)
      first[pictured++] = listeners[n]->pictured_at - listeners[n]->joined_at;
  qsort(first, pictured, sizeof *first, by_size);
  printf("\"pictures\":%llu,\"picturesSent\":%u,\"keyframes\":%llu,\"pictured\":%u,"
         "\"firstPictureP95Ms\":%.1f,\"firstPictureMaxMs\":%.1f,",
         (unsigned long long)figures.pictures, beside.sent - beside_marked,
         (unsigned long long)figures.keyframes, pictured,
         in_ms(pictured ? first[(pictured * 95 - 1) / 100] : 0), in_ms(pictured ? first[pictured - 1] : 0));
  printf("\"crowdDropped\":%u,\"worstGapMs\":%.1f,\"songGapMs\":%.1f,"
         "\"delayP50Ms\":%.2f,\"delayP99Ms\":%.2f}\n",
         overflow - overflow_marked, in_ms(figures.worst_gap), in_ms(song_gap),
         in_ms(known ? delays[known / 2] : 0),
         in_ms(known ? delays[(known * 99 - 1) / 100] : 0));
}

static void mark(void) {
  memset(&figures, 0, sizeof figures);
  for (int n = 0; n < listener_count; n++) {
    if (!listeners[n]) continue;
    listeners[n]->reception.arrived_at = 0;
    listeners[n]->reception.awaiting = 0;
  }
  marked_at = song.sent;
  beside_marked = beside.sent;
  song_gap = 0;
  overflow_marked = overflow;
}

static void obey(char *line) {
  char address[64];
  unsigned port, rate;
  int count;
  if (!strncmp(line, "host ", 5) || !strncmp(line, "listen ", 7)) {
    meet(line);
  } else if (sscanf(line, "plain %63s %u", address, &port) == 2) {
    plain = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, address, &plain.sin_addr);
  } else if (sscanf(line, "play %u %u %u", &rate, &song.bytes, &song.left) == 3) {
    song.interval = 1000000ll * MS / rate; /* The rate is in thousandths of a packet a second. */
    song.due = now_ns();
  } else if (sscanf(line, "mute %d", &count) == 1) {
    add_mute(count);
  } else if (sscanf(line, "mark %d", &watched) == 1) {
    mark();
  } else if (sscanf(line, "beside %u %u", &rate, &beside.bytes) == 2) {
    beside.interval = 1000000ll * MS / rate;
    beside.key_due = has_both = 1;
  } else if (!strcmp(line, "pictures")) {
    has_pictures = 1;
  } else if (!strcmp(line, "report")) {
    report();
  }
}

static void read_commands(void) {
  static char text[1 << 16];
  static size_t length;
  ssize_t more = read(0, text + length, sizeof text - 1 - length);
  if (more == 0) exit(0);
  if (more < 0) return;
  length += (size_t)more;
  text[length] = 0;
  char *line = text;
  for (char *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = 0;
    obey(line);
  }
  length = strlen(line);
  memmove(text, line, length + 1);
}

static void open_socket(void) {
  int on = 1, buffer = RECEIVE_BUFFER;
  struct sockaddr_in any = {.sin_family = AF_INET};
  socklen_t length = sizeof any;
  udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  /* Without the right to force it, the system's limit has to do; what overflows is counted apart. */
  if (setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer))
    setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(udp, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  setsockopt(udp, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  setsockopt(udp, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  if (bind(udp, (struct sockaddr *)&any, sizeof any) || getsockname(udp, (struct sockaddr *)&any, &length)) {
    perror("bind");
    exit(1);
  }
  own_port = ntohs(any.sin_port);
}

int main(void) {
  open_socket();
  fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("{\"event\":\"ready\",\"fingerprint\":\"%s\",\"port\":%u}\n", dtls_setup(), own_port);
  struct timespec wake;
  clock_gettime(CLOCK_MONOTONIC, &wake);
  for (int turn = 0;; turn = (turn + 1) % TURNS) {
    receive();
    read_commands();
    int64_t time = now_ns();
    if (host) peer_tick(host, time);
    for (int n = turn; n < listener_count; n += TURNS)
      if (listeners[n]) peer_tick(listeners[n], time);
    wake.tv_nsec += TICK;
    if (wake.tv_nsec >= 1000 * MS) {
      wake.tv_nsec -= 1000 * MS;
      wake.tv_sec++;
    }
    struct timespec present;
    clock_gettime(CLOCK_MONOTONIC, &present);
    /* Late: the next look is half a millisecond from now, not at once for each that was missed. */
    if (present.tv_sec > wake.tv_sec || (present.tv_sec == wake.tv_sec && present.tv_nsec > wake.tv_nsec))
      wake = present;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL) == EINTR) {
    }
  }
}
