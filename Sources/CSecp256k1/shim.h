#pragma once
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <string.h>

// The public key, x ‖ y, whose signature r ‖ s over a hash this is; `odd` is that of the point's y. 0: there is none.
static inline int dw_recover(const unsigned char *hash, const unsigned char *signature, int odd, unsigned char *key) {
    secp256k1_ecdsa_recoverable_signature parsed;
    secp256k1_pubkey point;
    unsigned char bytes[65];
    size_t size = sizeof bytes;
    if (!secp256k1_ecdsa_recoverable_signature_parse_compact(secp256k1_context_static, &parsed, signature, odd)) return 0;
    if (!secp256k1_ecdsa_recover(secp256k1_context_static, &point, &parsed, hash)) return 0;
    secp256k1_ec_pubkey_serialize(secp256k1_context_static, bytes, &size, &point, SECP256K1_EC_UNCOMPRESSED);
    memcpy(key, bytes + 1, 64);
    return 1;
}

// The public key, x ‖ y, of a secret one. 0: that is none.
static inline int dw_public_key(const secp256k1_context *context, const unsigned char *secret, unsigned char *key) {
    secp256k1_pubkey point;
    unsigned char bytes[65];
    size_t size = sizeof bytes;
    if (!secp256k1_ec_pubkey_create(context, &point, secret)) return 0;
    secp256k1_ec_pubkey_serialize(context, bytes, &size, &point, SECP256K1_EC_UNCOMPRESSED);
    memcpy(key, bytes + 1, 64);
    return 1;
}

// Signs a hash: r ‖ s, and whether the point's y is odd. 0: the secret key is none.
static inline int dw_sign(
    const secp256k1_context *context, const unsigned char *secret, const unsigned char *hash, unsigned char *signature,
    int *odd
) {
    secp256k1_ecdsa_recoverable_signature made;
    if (!secp256k1_ecdsa_sign_recoverable(context, &made, hash, secret, NULL, NULL)) return 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context, signature, odd, &made);
    return 1;
}
