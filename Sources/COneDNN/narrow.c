// Products of bfloat16 on processors that multiply float32 faster: widened block by block, so that what is
// widened is read again from the caches.
#include "internal.h"

#include "CKernels.h"

// How many terms of a sum are widened at a time: `dnnl_sgemm` takes as many at a time itself.
#define BLOCK 384

static long block(long k) { return k < BLOCK ? k : BLOCK; }

size_t pd_narrow_workspace(long m, long n, long k) {
  return pd_round_up((size_t)(m * block(k)) * sizeof(float)) +
         pd_round_up((size_t)(n * block(k)) * sizeof(float));
}

// Terms first ... first + count of a factor of `lines` rows, each `step` values long; of a factor that is
// stored term by term, those rows themselves.
static void widen(
    const uint16_t *x, long lines, long step, int is_by_term, long first, long count, float *to) {
  if (is_by_term) {
    pk_widen_bfloat16(x + first * step, to, count * step);
    return;
  }
  for (long r = 0; r < lines; r++) pk_widen_bfloat16(x + r * step + first, to + r * count, count);
}

int pd_narrow_product(
    long m, long n, long k, const uint16_t *a, int transpose_a, const uint16_t *b, int transpose_b,
    int accumulate, float *c, void *workspace) {
  float *const wide_a = workspace;
  float *const wide_b =
      (float *)((char *)workspace + pd_round_up((size_t)(m * block(k)) * sizeof(float)));
  for (long first = 0; first < k; first += BLOCK) {
    const long count = block(k - first);
    widen(a, m, transpose_a ? m : k, transpose_a, first, count, wide_a);
    widen(b, n, transpose_b ? k : n, !transpose_b, first, count, wide_b);
    PD_TRY(dnnl_sgemm(
        transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, count, 1, wide_a,
        transpose_a ? m : count, wide_b, transpose_b ? count : n, first > 0 || accumulate ? 1 : 0, c,
        n));
  }
  return PD_OK;
}
