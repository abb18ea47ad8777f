// The linear layer for few rows of many inputs, too few rows to pay for a copy of the weights in another
// layout: rows of inputs and of weights are multiplied as they lie, sixteen terms of each sum at a time.
#include "CKernels.h"
#include "vector.h"

// s[4 r + c] = lanes of the sum over k < depth of x[r][k] * w[c][k].
PK_INLINE void tile(const float *const *x, const float *const *w, long depth, f32x16 *s) {
  f32x16 line[4], v;
  PK_UNROLL for (int i = 0; i < 16; i++) s[i] = PK_SPLAT(0.0f);
  long k = 0;
  for (; k + PK_LANES <= depth; k += PK_LANES) {
    PK_UNROLL for (int c = 0; c < 4; c++) line[c] = PK_LOAD(w[c] + k);
    PK_UNROLL for (int r = 0; r < 4; r++) {
      v = PK_LOAD(x[r] + k);
      PK_UNROLL for (int c = 0; c < 4; c++) s[4 * r + c] += v * line[c];
    }
  }
  if (k == depth) return;
  PK_UNROLL for (int c = 0; c < 4; c++) pk_load_rest(w[c], k, depth, 0, &line[c]);
  PK_UNROLL for (int r = 0; r < 4; r++) {
    pk_load_rest(x[r], k, depth, 0, &v);
    PK_UNROLL for (int c = 0; c < 4; c++) s[4 * r + c] += v * line[c];
  }
}

// The lanes of two vectors that are meant by the numbers, first of a, then of b.
#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// s[0] = the sums of the lanes of sixteen vectors, each by halves added onto halves.
PK_INLINE void sum_all(f32x16 *s) {
  PK_UNROLL for (int i = 0; i < 16; i += 2) {
    const f32x16 a = s[i], b = s[i + 1];
    s[i / 2] = PICK(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
               PICK(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
  PK_UNROLL for (int i = 0; i < 8; i += 2) {
    const f32x16 a = s[i], b = s[i + 1];
    s[i / 2] = PICK(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
               PICK(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  }
  PK_UNROLL for (int i = 0; i < 4; i += 2) {
    const f32x16 a = s[i], b = s[i + 1];
    s[i / 2] = PICK(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) +
               PICK(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31);
  }
  const f32x16 a = s[0], b = s[1];
  s[0] = PICK(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
         PICK(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

PK_KERNEL void pk_linear_rows(
    const float *x, const float *w, const float *bias, long rows, long inputs, long outputs,
    int clamp, float *y) {
  const float *from[4], *by[4];
  f32x16 s[16];
  for (long c = 0; c < outputs; c += 4) {
    // What would be beyond the border repeats the last, and isn't kept.
    const long columns = outputs - c < 4 ? outputs - c : 4;
    for (int i = 0; i < 4; i++) by[i] = w + (c + (i < columns ? i : columns - 1)) * inputs;
    f32x16 added = PK_SPLAT(0.0f);
    for (int i = 0; i < 16 && bias; i++) added[i] = i % 4 < columns ? bias[c + i % 4] : 0;
    for (long r = 0; r < rows; r += 4) {
      const long count = rows - r < 4 ? rows - r : 4;
      for (int i = 0; i < 4; i++) from[i] = x + (r + (i < count ? i : count - 1)) * inputs;
      tile(from, by, inputs, s);
      sum_all(s);
      s[0] += added;
      if (clamp) s[0] = PK_SELECT(s[0] < PK_SPLAT(0.0f), PK_SPLAT(0.0f), s[0]);
      for (int i = 0; i < count; i++)
        for (int j = 0; j < columns; j++) y[(r + i) * outputs + c + j] = s[0][4 * i + j];
    }
  }
}
