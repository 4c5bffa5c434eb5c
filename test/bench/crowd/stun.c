#include "stun.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <string.h>

#include "srtp.h"

enum {
  HEADER = 20,
  USERNAME = 0x0006,
  MESSAGE_INTEGRITY = 0x0008,
  XOR_MAPPED_ADDRESS = 0x0020,
  PRIORITY = 0x0024,
  USE_CANDIDATE = 0x0025,
  FINGERPRINT = 0x8028,
  ICE_CONTROLLING = 0x802a,
  INTEGRITY_LENGTH = 20,
};
#define COOKIE 0x2112a442u

static uint32_t crc32(const uint8_t *data, size_t length) {
  uint32_t crc = 0xffffffffu;
  while (length--) {
    crc ^= *data++;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

int stun_type(const uint8_t *data, size_t length) {
  if (length < HEADER || data[0] > 3 || get32(data + 4) != COOKIE) return 0;
  return get16(data + 2) == length - HEADER ? get16(data) : 0;
}

/* HMAC over the message up to `at`, whose length field counts as if integrity were its end. */
static void integrity(const uint8_t *data, size_t at, const char *password, uint8_t *out) {
  uint8_t copy[DATAGRAM_MAX];
  unsigned length = INTEGRITY_LENGTH;
  memcpy(copy, data, at);
  put16(copy + 2, (uint16_t)(at + 4 + INTEGRITY_LENGTH - HEADER));
  HMAC(EVP_sha1(), password, (int)strlen(password), copy, at, out, &length);
}

int stun_authentic(const uint8_t *data, size_t length, const char *password) {
  for (size_t at = HEADER; at + 4 <= length; at += 4 + ((get16(data + at + 2) + 3u) & ~3u)) {
    if (get16(data + at) != MESSAGE_INTEGRITY || at + 4 + INTEGRITY_LENGTH > length) continue;
    uint8_t expected[INTEGRITY_LENGTH];
    integrity(data, at, password, expected);
    return CRYPTO_memcmp(expected, data + at + 4, INTEGRITY_LENGTH) == 0;
  }
  return 0;
}

static size_t begin(uint8_t *out, enum stun_type type, const uint8_t transaction[12]) {
  put16(out, type);
  put32(out + 4, COOKIE);
  memcpy(out + 8, transaction, 12);
  return HEADER;
}

static size_t add(uint8_t *out, size_t at, int attribute, const void *value, size_t length) {
  size_t padded = (length + 3) & ~(size_t)3;
  put16(out + at, (uint16_t)attribute);
  put16(out + at + 2, (uint16_t)length);
  memset(out + at + 4, 0, padded);
  if (length) memcpy(out + at + 4, value, length);
  return at + 4 + padded;
}

static size_t finish(uint8_t *out, size_t at, const char *password) {
  uint8_t value[INTEGRITY_LENGTH];
  integrity(out, at, password, value);
  at = add(out, at, MESSAGE_INTEGRITY, value, sizeof value);
  put16(out + 2, (uint16_t)(at + 8 - HEADER));
  put32(value, crc32(out, at) ^ 0x5354554eu);
  return add(out, at, FINGERPRINT, value, 4);
}

size_t stun_check(uint8_t *out, const uint8_t transaction[12], const char *username, const char *password) {
  static const uint8_t tie_breaker[8] = {0xff, 1, 2, 3, 4, 5, 6, 7};
  uint8_t priority[4];
  put32(priority, 110u << 24 | 65535u << 8 | 255u);
  size_t at = begin(out, STUN_REQUEST, transaction);
  at = add(out, at, USERNAME, username, strlen(username));
  at = add(out, at, ICE_CONTROLLING, tie_breaker, sizeof tie_breaker);
  at = add(out, at, USE_CANDIDATE, NULL, 0);
  at = add(out, at, PRIORITY, priority, sizeof priority);
  return finish(out, at, password);
}

size_t stun_success(uint8_t *out, const uint8_t *request, const struct sockaddr_in *from,
                    const char *password) {
  uint8_t mapped[8] = {0, 1};
  put16(mapped + 2, (uint16_t)(ntohs(from->sin_port) ^ COOKIE >> 16));
  put32(mapped + 4, ntohl(from->sin_addr.s_addr) ^ COOKIE);
  size_t at = begin(out, STUN_SUCCESS, request + 8);
  at = add(out, at, XOR_MAPPED_ADDRESS, mapped, sizeof mapped);
  return finish(out, at, password);
}
