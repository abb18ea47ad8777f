// Dropout with counter-based random numbers: Philox4x32-10 (Salmon et al., SC'11, "Parallel random
// numbers: as easy as 1, 2, 3"). One counter gives the words of four neighbouring elements.
#include "CKernels.h"
#include "vector.h"

#define GROUPS 16  // counters worked on side by side

// The four words of the counters whose words are first + 0 ... first + 15, second, third, fourth.
PK_INLINE void philox(
    uint64_t key, uint32_t first, uint32_t second, uint32_t third, uint32_t fourth,
    uint32_t words[4][GROUPS]) {
  uint32_t *c0 = words[0], *c1 = words[1], *c2 = words[2], *c3 = words[3];
  for (int g = 0; g < GROUPS; g++) {
    c0[g] = first + (uint32_t)g;
    c1[g] = second;
    c2[g] = third;
    c3[g] = fourth;
  }
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    PK_LOOP for (int g = 0; g < GROUPS; g++) {
      uint64_t p0 = (uint64_t)c0[g] * 0xD2511F53u, p1 = (uint64_t)c2[g] * 0xCD9E8D57u;
      uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1[g] ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3[g] ^ k1;
      c0[g] = n0;
      c1[g] = (uint32_t)p1;
      c2[g] = n2;
      c3[g] = (uint32_t)p0;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

PK_KERNEL void pk_dropout(
    const float *x, float rate, uint64_t key, uint32_t first_sample, uint32_t step, long samples,
    long n, float *y) {
  const float scale = rate < 1 ? 1.0f / (1.0f - rate) : 0.0f;
  for (long s = 0; s < samples; s++) {
    const float *from = x + s * n;
    float *to = y + s * n;
    for (long at = 0; at < n; at += 4 * GROUPS) {
      uint32_t words[4][GROUPS];
      float factor[4 * GROUPS];
      philox(key, (uint32_t)(at / 4), first_sample + (uint32_t)s, 0, step, words);
      for (int g = 0; g < GROUPS; g++)
        for (int j = 0; j < 4; j++) {
          float uniform = (float)(int32_t)(words[j][g] >> 8) * 0x1p-24f;
          factor[4 * g + j] = uniform >= rate ? scale : 0.0f;
        }
      long here = n - at < 4 * GROUPS ? n - at : 4 * GROUPS;
      PK_LOOP for (long i = 0; i < here; i++) to[at + i] = from[at + i] * factor[i];
    }
  }
}
