/*
 * The floor of the fan-out bench: the minimum cost. For each packet and listener it only protects the packet
 * (OpenSSL, AES_CM_128_HMAC_SHA1_80, a key for each listener) and calls sendto(). No ICE, no DTLS, no RTCP.
 * Takes the song as bare RTP: the crowd sets the pace, as for any server.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crowd/srtp.h"

struct listener {
  struct sockaddr_in address;
  struct srtp srtp;
  uint32_t ssrc, rollovers;
  uint16_t last;
};

static void *end_with_input(void *unused) {
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  exit(unused != NULL);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int count = atoi(argv[1]), port = atoi(argv[2]);
  struct listener *listeners = calloc((size_t)count, sizeof *listeners);
  for (int n = 0; n < count; n++) {
    srtp_init_fixed(&listeners[n].srtp, (uint32_t)n);
    listeners[n].ssrc = (uint32_t)n + 1;
    listeners[n].address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    listeners[n].address.sin_addr.s_addr = htonl(0x7f010001 + (uint32_t)n);
  }
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof own;
  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(udp, (struct sockaddr *)&own, sizeof own) ||
      getsockname(udp, (struct sockaddr *)&own, &length))
    return 1;
  pthread_t watcher;
  pthread_create(&watcher, NULL, end_with_input, NULL);
  printf("{\"ready\":true,\"rtpPort\":%u}\n", ntohs(own.sin_port));
  fflush(stdout);

  uint8_t in[DATAGRAM_MAX], out[DATAGRAM_MAX];
  for (;;) {
    ssize_t size = recv(udp, in, sizeof in - SRTP_TAG, 0);
    if (size < RTP_HEADER) continue;
    uint16_t sequence = get16(in + 2);
    for (int n = 0; n < count; n++) {
      struct listener *to = &listeners[n];
      if (sequence < to->last) to->rollovers++;
      to->last = sequence;
      memcpy(out, in, (size_t)size);
      put32(out + 8, to->ssrc);
      size_t protected = srtp_protect(&to->srtp, out, (size_t)size, to->rollovers);
      sendto(udp, out, protected, 0, (struct sockaddr *)&to->address, sizeof to->address);
    }
  }
}
