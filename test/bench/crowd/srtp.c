/* OpenSSL's SHA_CTX can be copied after the key block, which EVP only does by allocating. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "srtp.h"

#include <openssl/crypto.h>
#include <string.h>

uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }
void put16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}
void put32(uint8_t *at, uint32_t value) {
  put16(at, (uint16_t)(value >> 16));
  put16(at + 2, (uint16_t)value);
}

static void keystream(EVP_CIPHER_CTX *cipher, const uint8_t counter[16], uint8_t *data, size_t length) {
  int done;
  EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, counter);
  EVP_EncryptUpdate(cipher, data, &done, data, (int)length);
}

/* RFC 3711 section 4.3.1: a session key is keystream, counted from the salt with a label in it. */
static void derive(EVP_CIPHER_CTX *master, const uint8_t salt[14], int label, uint8_t *key, size_t length) {
  uint8_t counter[16] = {0};
  memcpy(counter, salt, 14);
  counter[7] ^= (uint8_t)label;
  memset(key, 0, length);
  keystream(master, counter, key, length);
}

void srtp_init(struct srtp *srtp, enum srtp_kind kind, const uint8_t key[16], const uint8_t salt[14]) {
  EVP_CIPHER_CTX *master = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(master, EVP_aes_128_ctr(), NULL, key, salt);
  uint8_t cipher[16], pad[SHA_CBLOCK], auth[SHA_CBLOCK] = {0};
  derive(master, salt, kind, cipher, sizeof cipher);
  derive(master, salt, kind + 1, auth, 20);
  derive(master, salt, kind + 2, srtp->salt, sizeof srtp->salt);
  EVP_CIPHER_CTX_free(master);

  srtp->cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(srtp->cipher, EVP_aes_128_ctr(), NULL, cipher, NULL);
  for (int n = 0; n < SHA_CBLOCK; n++) pad[n] = auth[n] ^ 0x36;
  SHA1_Init(&srtp->inner);
  SHA1_Update(&srtp->inner, pad, sizeof pad);
  for (int n = 0; n < SHA_CBLOCK; n++) pad[n] = auth[n] ^ 0x5c;
  SHA1_Init(&srtp->outer);
  SHA1_Update(&srtp->outer, pad, sizeof pad);
}

void srtp_init_fixed(struct srtp *srtp, uint32_t listener) {
  uint8_t key[16] = {0}, salt[14] = {0};
  put32(key, listener);
  put32(salt, ~listener);
  srtp_init(srtp, SRTP_RTP, key, salt);
}

void srtp_free(struct srtp *srtp) {
  EVP_CIPHER_CTX_free(srtp->cipher);
  srtp->cipher = NULL;
}

/* RFC 3711 section 4.1.1: salt, SSRC and index, then room to count blocks. */
static void crypt(struct srtp *srtp, uint32_t ssrc, uint64_t index, uint8_t *data, size_t length) {
  uint8_t counter[16] = {0};
  memcpy(counter, srtp->salt, 14);
  for (int n = 0; n < 4; n++) counter[4 + n] ^= (uint8_t)(ssrc >> (24 - 8 * n));
  for (int n = 0; n < 6; n++) counter[8 + n] ^= (uint8_t)(index >> (40 - 8 * n));
  keystream(srtp->cipher, counter, data, length);
}

static void tag(struct srtp *srtp, const uint8_t *data, size_t length, const uint32_t *rollovers,
                uint8_t *out) {
  uint8_t digest[SHA_DIGEST_LENGTH], word[4];
  SHA_CTX hash = srtp->inner;
  SHA1_Update(&hash, data, length);
  if (rollovers) {
    put32(word, *rollovers);
    SHA1_Update(&hash, word, 4);
  }
  SHA1_Final(digest, &hash);
  hash = srtp->outer;
  SHA1_Update(&hash, digest, sizeof digest);
  SHA1_Final(digest, &hash);
  memcpy(out, digest, SRTP_TAG);
}

/* Length of the header with its CSRCs and extension (RFC 3550 section 5.1), or 0 if it is cut short. */
static size_t header_length(const uint8_t *packet, size_t length) {
  if (length < RTP_HEADER) return 0;
  size_t end = RTP_HEADER + (size_t)(packet[0] & 15) * 4;
  if (packet[0] & 16) {
    if (length < end + 4) return 0;
    end += 4 + (size_t)get16(packet + end + 2) * 4;
  }
  return end <= length ? end : 0;
}

static uint64_t rtp_index(const uint8_t *packet, uint32_t rollovers) {
  return (uint64_t)rollovers << 16 | get16(packet + 2);
}

size_t srtp_protect(struct srtp *srtp, uint8_t *packet, size_t length, uint32_t rollovers) {
  size_t header = header_length(packet, length);
  crypt(srtp, get32(packet + 8), rtp_index(packet, rollovers), packet + header, length - header);
  tag(srtp, packet, length, &rollovers, packet + length);
  return length + SRTP_TAG;
}

size_t srtp_open(struct srtp *srtp, uint8_t *packet, size_t length, uint32_t rollovers) {
  uint8_t expected[SRTP_TAG];
  if (length < RTP_HEADER + SRTP_TAG) return 0;
  length -= SRTP_TAG;
  size_t header = header_length(packet, length);
  tag(srtp, packet, length, &rollovers, expected);
  if (header == 0 || CRYPTO_memcmp(expected, packet + length, SRTP_TAG)) return 0;
  crypt(srtp, get32(packet + 8), rtp_index(packet, rollovers), packet + header, length - header);
  return length;
}

size_t srtcp_protect(struct srtp *srtp, uint8_t *packet, size_t length, uint32_t index) {
  crypt(srtp, get32(packet + 4), index, packet + 8, length - 8);
  put32(packet + length, index | 0x80000000u);
  tag(srtp, packet, length + 4, NULL, packet + length + 4);
  return length + SRTCP_TRAILER;
}

size_t srtcp_open(struct srtp *srtp, uint8_t *packet, size_t length) {
  uint8_t expected[SRTP_TAG];
  if (length < 8 + SRTCP_TRAILER) return 0;
  tag(srtp, packet, length - SRTP_TAG, NULL, expected);
  if (CRYPTO_memcmp(expected, packet + length - SRTP_TAG, SRTP_TAG)) return 0;
  length -= SRTCP_TRAILER;
  uint32_t word = get32(packet + length);
  if (word & 0x80000000u) crypt(srtp, get32(packet + 4), word & 0x7fffffffu, packet + 8, length - 8);
  return length;
}
