#include "dtls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dtls {
  SSL *ssl;
  void (*send)(void *owner, const uint8_t *datagram, size_t length);
  void *owner;
  /* The datagram that came in and is not read yet. */
  const uint8_t *in;
  size_t in_length;
};

static SSL_CTX *context;
static BIO_METHOD *method;
static char own_fingerprint[96];

static void write_fingerprint(X509 *certificate, char *out) {
  uint8_t hash[EVP_MAX_MD_SIZE];
  unsigned length;
  X509_digest(certificate, EVP_sha256(), hash, &length);
  for (unsigned n = 0; n < length; n++) out += sprintf(out, n ? ":%02X" : "%02X", hash[n]);
}

static int bio_write(BIO *bio, const char *data, int length) {
  struct dtls *dtls = BIO_get_data(bio);
  dtls->send(dtls->owner, (const uint8_t *)data, (size_t)length);
  return length;
}

static int bio_read(BIO *bio, char *data, int room) {
  struct dtls *dtls = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (dtls->in_length == 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  size_t length = dtls->in_length < (size_t)room ? dtls->in_length : (size_t)room;
  memcpy(data, dtls->in, length);
  dtls->in_length = 0;
  return (int)length;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer) {
  (void)bio, (void)number, (void)pointer;
  return command == BIO_CTRL_FLUSH;
}

static int accept_any(int ok, X509_STORE_CTX *store) {
  (void)ok, (void)store;
  return 1; /* The fingerprint of the answer decides, not a chain. */
}

const char *dtls_setup(void) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_NAME *name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"crowd", -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  write_fingerprint(certificate, own_fingerprint);

  context = SSL_CTX_new(DTLS_client_method());
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, accept_any);
  SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AES128_CM_SHA1_80");
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
  /* Neither side will come back: a session to resume is memory for nothing. */
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);

  method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
  BIO_meth_set_write(method, bio_write);
  BIO_meth_set_read(method, bio_read);
  BIO_meth_set_ctrl(method, bio_ctrl);
  return own_fingerprint;
}

struct dtls *dtls_new(void (*send)(void *owner, const uint8_t *datagram, size_t length), void *owner) {
  struct dtls *dtls = calloc(1, sizeof *dtls);
  dtls->send = send;
  dtls->owner = owner;
  dtls->ssl = SSL_new(context);
  SSL_set_mtu(dtls->ssl, 1200);
  BIO *bio = BIO_new(method);
  BIO_set_data(bio, dtls);
  BIO_set_init(bio, 1);
  SSL_set_bio(dtls->ssl, bio, bio);
  SSL_set_connect_state(dtls->ssl);
  return dtls;
}

void dtls_free(struct dtls *dtls) {
  if (!dtls) return;
  SSL_free(dtls->ssl);
  free(dtls);
}

int dtls_step(struct dtls *dtls, const uint8_t *datagram, size_t length) {
  dtls->in = datagram;
  dtls->in_length = length;
  if (length == 0 && SSL_in_init(dtls->ssl)) DTLSv1_handle_timeout(dtls->ssl);
  int done = SSL_do_handshake(dtls->ssl);
  if (done == 1) return 1;
  if (SSL_get_error(dtls->ssl, done) == SSL_ERROR_WANT_READ) return 0;
  ERR_print_errors_fp(stderr);
  return -1;
}

int dtls_keys(struct dtls *dtls, uint8_t keys[60]) {
  static const char label[] = "EXTRACTOR-dtls_srtp";
  return SSL_get_selected_srtp_profile(dtls->ssl) != NULL &&
         SSL_export_keying_material(dtls->ssl, keys, 60, label, sizeof label - 1, NULL, 0, 0) == 1;
}

int dtls_is(struct dtls *dtls, const char *fingerprint) {
  char actual[96];
  X509 *certificate = SSL_get0_peer_certificate(dtls->ssl);
  if (!certificate) return 0;
  write_fingerprint(certificate, actual);
  return strcmp(actual, fingerprint) == 0;
}
