#include "CKeccak.h"

#include <string.h>

// One lane of each of the four states.
typedef uint64_t four __attribute__((vector_size(32)));

static const uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

#define ROTATE(lane, bits) ((lane) << (bits) | (lane) >> (64 - (bits)))

// The sum of a column, for theta.
#define COLUMN(x) (a[x] ^ a[(x) + 5] ^ a[(x) + 10] ^ a[(x) + 15] ^ a[(x) + 20])

// Chi over one plane, whose lanes have been through theta, rho and pi.
#define PLANE(y, l0, l1, l2, l3, l4)                                                            \
    do {                                                                                        \
        four b0 = (l0), b1 = (l1), b2 = (l2), b3 = (l3), b4 = (l4);                             \
        next[y] = b0 ^ (~b1 & b2);                                                              \
        next[(y) + 1] = b1 ^ (~b2 & b3);                                                        \
        next[(y) + 2] = b2 ^ (~b3 & b4);                                                        \
        next[(y) + 3] = b3 ^ (~b4 & b0);                                                        \
        next[(y) + 4] = b4 ^ (~b0 & b1);                                                        \
    } while (0)

// Keccak submission 3.0: 24 rounds of theta, rho and pi, chi, and iota.
static inline __attribute__((always_inline)) void permute(uint64_t lanes[100]) {
    four a[25];
    memcpy(a, lanes, sizeof a);
    for (int round = 0; round < 24; round++) {
        four c0 = COLUMN(0), c1 = COLUMN(1), c2 = COLUMN(2), c3 = COLUMN(3), c4 = COLUMN(4);
        four d0 = c4 ^ ROTATE(c1, 1), d1 = c0 ^ ROTATE(c2, 1), d2 = c1 ^ ROTATE(c3, 1);
        four d3 = c2 ^ ROTATE(c4, 1), d4 = c3 ^ ROTATE(c0, 1);
        four next[25];
        PLANE(0, a[0] ^ d0, ROTATE(a[6] ^ d1, 44), ROTATE(a[12] ^ d2, 43), ROTATE(a[18] ^ d3, 21),
              ROTATE(a[24] ^ d4, 14));
        PLANE(5, ROTATE(a[3] ^ d3, 28), ROTATE(a[9] ^ d4, 20), ROTATE(a[10] ^ d0, 3), ROTATE(a[16] ^ d1, 45),
              ROTATE(a[22] ^ d2, 61));
        PLANE(10, ROTATE(a[1] ^ d1, 1), ROTATE(a[7] ^ d2, 6), ROTATE(a[13] ^ d3, 25), ROTATE(a[19] ^ d4, 8),
              ROTATE(a[20] ^ d0, 18));
        PLANE(15, ROTATE(a[4] ^ d4, 27), ROTATE(a[5] ^ d0, 36), ROTATE(a[11] ^ d1, 10), ROTATE(a[17] ^ d2, 15),
              ROTATE(a[23] ^ d3, 56));
        PLANE(20, ROTATE(a[2] ^ d2, 62), ROTATE(a[8] ^ d3, 55), ROTATE(a[14] ^ d4, 39), ROTATE(a[15] ^ d0, 41),
              ROTATE(a[21] ^ d1, 2));
        next[0] ^= round_constants[round];
        memcpy(a, next, sizeof a);
    }
    memcpy(lanes, a, sizeof a);
}

#if defined(__x86_64__)

static __attribute__((target("avx2"))) void permute_avx2(uint64_t lanes[100]) { permute(lanes); }
static __attribute__((target("avx512f,avx512vl"))) void permute_avx512(uint64_t lanes[100]) { permute(lanes); }

int dw_keccak_widest_form(void) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return 2;
    return __builtin_cpu_supports("avx2") ? 1 : 0;
}

void dw_keccak_permute_four(int form, uint64_t lanes[100]) {
    switch (form) {
    case 2: return permute_avx512(lanes);
    case 1: return permute_avx2(lanes);
    default: return permute(lanes);
    }
}

#else

int dw_keccak_widest_form(void) { return 0; }

void dw_keccak_permute_four(int form, uint64_t lanes[100]) {
    (void)form;
    permute(lanes);
}

#endif
