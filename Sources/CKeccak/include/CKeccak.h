#pragma once
#include <stdint.h>

// Four Keccak-f[1600] permutations at once, in registers that hold a lane of each. In C, because Swift cannot build one
// function for more than the oldest processor of an architecture.

// The widest form that this processor runs: 1 needs AVX2, and 2 AVX-512. 0 is for any, and no faster than four
// permutations one by one.
int dw_keccak_widest_form(void);

// Permutes four states. Lane `x + 5 * y` of state `i` is at `lanes[(x + 5 * y) * 4 + i]`, as a number of the machine.
// `form` must be one that the processor runs.
void dw_keccak_permute_four(int form, uint64_t lanes[100]);
