#ifndef DTLS_H
#define DTLS_H

#include <stddef.h>
#include <stdint.h>

/* A DTLS client's handshake for SRTP, over datagrams that the owner sends and receives. */
struct dtls;

/* Makes the certificate of all clients; returns its SHA-256 fingerprint in the notation of SDP. */
const char *dtls_setup(void);

struct dtls *dtls_new(void (*send)(void *owner, const uint8_t *datagram, size_t length), void *owner);
void dtls_free(struct dtls *dtls);

/*
 * Processes a datagram, or the retransmission timer if length is 0. Returns 1 when done, -1 after a failure.
 */
int dtls_step(struct dtls *dtls, const uint8_t *datagram, size_t length);
/* Keys and salts in RFC 5764's order: client key, server key, client salt, server salt. */
int dtls_keys(struct dtls *dtls, uint8_t keys[60]);
/* Whether the server's certificate has this SHA-256 fingerprint. */
int dtls_is(struct dtls *dtls, const char *fingerprint);

#endif
