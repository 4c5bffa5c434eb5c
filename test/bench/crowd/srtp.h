#ifndef SRTP_H
#define SRTP_H

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stddef.h>
#include <stdint.h>

enum { RTP_HEADER = 12, SRTP_TAG = 10, SRTCP_TRAILER = 14, DATAGRAM_MAX = 1500 };

/* One direction of SRTP or SRTCP, AES_CM_128_HMAC_SHA1_80 (RFC 3711). */
struct srtp {
  EVP_CIPHER_CTX *cipher;
  uint8_t salt[14];
  /* The two hashes of HMAC, after their key blocks. */
  SHA_CTX inner, outer;
};

enum srtp_kind { SRTP_RTP = 0, SRTP_RTCP = 3 };

/* Fixed keys of a listener of the floor program. */
void srtp_init_fixed(struct srtp *srtp, uint32_t listener);
void srtp_init(struct srtp *srtp, enum srtp_kind kind, const uint8_t key[16], const uint8_t salt[14]);
void srtp_free(struct srtp *srtp);

/* Protects a packet in place, room for the tag behind it; returns its new length. */
size_t srtp_protect(struct srtp *srtp, uint8_t *packet, size_t length, uint32_t rollovers);
/* Opens a packet in place; returns its length in the clear, or 0 if it is not authentic. */
size_t srtp_open(struct srtp *srtp, uint8_t *packet, size_t length, uint32_t rollovers);

/* The same for RTCP, whose index goes with the packet. */
size_t srtcp_protect(struct srtp *srtp, uint8_t *packet, size_t length, uint32_t index);
size_t srtcp_open(struct srtp *srtp, uint8_t *packet, size_t length);

uint16_t get16(const uint8_t *at);
uint32_t get32(const uint8_t *at);
void put16(uint8_t *at, uint16_t value);
void put32(uint8_t *at, uint32_t value);

#endif
