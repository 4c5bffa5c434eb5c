#ifndef STUN_H
#define STUN_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum stun_type { STUN_REQUEST = 0x0001, STUN_SUCCESS = 0x0101 };

/* Type of a STUN message, or 0 if it is none. */
int stun_type(const uint8_t *data, size_t length);
/* Whether the message's integrity is right by this password. */
int stun_authentic(const uint8_t *data, size_t length, const char *password);
/* Writes a check as the controlling agent, which nominates the pair; returns its length. */
size_t stun_check(uint8_t *out, const uint8_t transaction[12], const char *username, const char *password);
/* Writes the answer to a check from this address; returns its length. */
size_t stun_success(uint8_t *out, const uint8_t *request, const struct sockaddr_in *from,
                    const char *password);

#endif
