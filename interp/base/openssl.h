/* openssl.h -- OpenSSL's digests, loaded when somebody first needs them: mapping the library costs half a megabyte and a millisecond of every start.
 *
 * Include it after OpenSSL's own headers, whose functions it renames; call openssl_load before any of them. */
#ifndef BASE_OPENSSL_H
#define BASE_OPENSSL_H
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED      /* HMAC_...: there is no other way to copy one to a Python object */
#endif
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <stdbool.h>

#define OPENSSL_FUNCTIONS(X) \
    X(CRYPTO_memcmp) X(EVP_DigestFinalXOF) X(EVP_DigestFinal_ex) X(EVP_DigestInit_ex) X(EVP_DigestUpdate) X(EVP_MAC_CTX_dup) X(EVP_MAC_CTX_free) \
    X(EVP_MAC_CTX_new) X(EVP_MAC_fetch) X(EVP_MAC_final) X(EVP_MAC_free) X(EVP_MAC_init) X(EVP_MAC_update) X(EVP_MD_CTX_copy_ex) X(EVP_MD_CTX_free) \
    X(EVP_MD_CTX_get0_md) X(EVP_MD_CTX_new) X(EVP_MD_fetch) X(EVP_MD_get_block_size) X(EVP_MD_get_size) X(EVP_PBE_scrypt) X(EVP_get_digestbyname) X(HMAC) X(HMAC_CTX_copy) \
    X(HMAC_CTX_free) X(HMAC_CTX_get_md) X(HMAC_CTX_new) X(HMAC_Final) X(HMAC_Init_ex) X(HMAC_Update) X(OSSL_PARAM_construct_end) \
    X(OSSL_PARAM_construct_utf8_string)

#define OPENSSL_MEMBER_(name) __typeof__(name) *name##_;
typedef struct OpenSSL { OPENSSL_FUNCTIONS(OPENSSL_MEMBER_) } OpenSSL;
extern OpenSSL openssl;

/* openssl_load -- true: the functions can be called. False: *why says why not. Idempotent; the caller holds a lock if threads may race. */
bool openssl_load(const char **why);

#ifndef OPENSSL_DEFINING
#define CRYPTO_memcmp openssl.CRYPTO_memcmp_
#define EVP_DigestFinalXOF openssl.EVP_DigestFinalXOF_
#define EVP_DigestFinal_ex openssl.EVP_DigestFinal_ex_
#define EVP_DigestInit_ex openssl.EVP_DigestInit_ex_
#define EVP_DigestUpdate openssl.EVP_DigestUpdate_
#define EVP_MAC_CTX_dup openssl.EVP_MAC_CTX_dup_
#define EVP_MAC_CTX_free openssl.EVP_MAC_CTX_free_
#define EVP_MAC_CTX_new openssl.EVP_MAC_CTX_new_
#define EVP_MAC_fetch openssl.EVP_MAC_fetch_
#define EVP_MAC_final openssl.EVP_MAC_final_
#define EVP_MAC_free openssl.EVP_MAC_free_
#define EVP_MAC_init openssl.EVP_MAC_init_
#define EVP_MAC_update openssl.EVP_MAC_update_
#define EVP_MD_CTX_copy_ex openssl.EVP_MD_CTX_copy_ex_
#define EVP_MD_CTX_free openssl.EVP_MD_CTX_free_
#define EVP_MD_CTX_get0_md openssl.EVP_MD_CTX_get0_md_
#define EVP_MD_CTX_new openssl.EVP_MD_CTX_new_
#define EVP_MD_fetch openssl.EVP_MD_fetch_
#define EVP_MD_get_block_size openssl.EVP_MD_get_block_size_
#define EVP_MD_get_size openssl.EVP_MD_get_size_
#define EVP_PBE_scrypt openssl.EVP_PBE_scrypt_
#define EVP_get_digestbyname openssl.EVP_get_digestbyname_
#define HMAC openssl.HMAC_
#define HMAC_CTX_copy openssl.HMAC_CTX_copy_
#define HMAC_CTX_free openssl.HMAC_CTX_free_
#define HMAC_CTX_get_md openssl.HMAC_CTX_get_md_
#define HMAC_CTX_new openssl.HMAC_CTX_new_
#define HMAC_Final openssl.HMAC_Final_
#define HMAC_Init_ex openssl.HMAC_Init_ex_
#define HMAC_Update openssl.HMAC_Update_
#define OSSL_PARAM_construct_end openssl.OSSL_PARAM_construct_end_
#define OSSL_PARAM_construct_utf8_string openssl.OSSL_PARAM_construct_utf8_string_
#endif
#endif
