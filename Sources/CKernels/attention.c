// Causal multi-head attention without the T x T matrix in memory: one head at a time is packed into
// the workspace, and its query rows are worked on in blocks, probabilities recomputed for the
// gradient (Dao et al. 2022, "FlashAttention", its idea for caches).
#include <math.h>

#include "CKernels.h"
#include "vector.h"

#define ROWS 8    // rows of one register tile
#define BLOCK 64  // query rows whose probabilities are held at a time in the gradient

PK_INLINE long padded(long n, long to) { return (n + to - 1) / to * to; }

// c[8][16 vectors] = or += sum over k < depth of a[r row_step + k k_step] * b[k ldb + column].
PK_INLINE void tile(
    const float *a, long row_step, long k_step, const float *b, long ldb, long depth, float *c,
    long ldc, int add, int vectors) {
  f32x16 s[ROWS][2];
  PK_UNROLL for (int r = 0; r < ROWS; r++)
    PK_UNROLL for (int v = 0; v < vectors; v++)
      s[r][v] = add ? PK_LOAD(c + r * ldc + v * PK_LANES) : PK_SPLAT(0.0f);
  for (long k = 0; k < depth; k++) {
    f32x16 line[2];
    PK_UNROLL for (int v = 0; v < vectors; v++) line[v] = PK_LOAD(b + k * ldb + v * PK_LANES);
    PK_UNROLL for (int r = 0; r < ROWS; r++)
      PK_UNROLL for (int v = 0; v < vectors; v++) s[r][v] += line[v] * a[r * row_step + k * k_step];
  }
  PK_UNROLL for (int r = 0; r < ROWS; r++)
    PK_UNROLL for (int v = 0; v < vectors; v++) PK_STORE(c + r * ldc + v * PK_LANES, s[r][v]);
}

// The same over `columns` (a multiple of 16) columns.
PK_INLINE void tiles(
    const float *a, long row_step, long k_step, const float *b, long ldb, long depth, float *c,
    long ldc, int add, long columns) {
  long j = 0;
  for (; j + 2 * PK_LANES <= columns; j += 2 * PK_LANES)
    tile(a, row_step, k_step, b + j, ldb, depth, c + j, ldc, add, 2);
  if (j < columns) tile(a, row_step, k_step, b + j, ldb, depth, c + j, ldc, add, 1);
}

// Rows of `width` values, `stride` apart, times `scale`, to zero-padded rows x columns.
PK_INLINE void pack(
    const float *from, long count, long stride, long width, double scale, float *to, long rows,
    long columns) {
  for (long r = 0; r < rows; r++)
    for (long c = 0; c < columns; c += PK_LANES) {
      f32x16 v = PK_SPLAT(0.0f);
      if (r < count && c + PK_LANES <= width)
        v = PK_LOAD(from + r * stride + c);
      else if (r < count)
        pk_load_some(from + r * stride + c, width - c, 0, &v);
      // A scale rounded to a float would be off for all scores alike.
      v = __builtin_convertvector(__builtin_convertvector(v, f64x16) * scale, f32x16);
      PK_STORE(to + r * columns + c, v);
    }
}

PK_INLINE void unpack(
    const float *from, long columns, long count, long width, float scale, float *to, long stride) {
  for (long r = 0; r < count; r++)
    for (long c = 0; c < width; c++) to[r * stride + c] = from[r * columns + c] * scale;
}

// to[columns][rows] = transpose of from[rows][columns].
PK_INLINE void transpose(const float *from, long rows, long columns, float *to) {
  for (long c = 0; c < columns; c++)
    for (long r = 0; r < rows; r++) to[c * rows + r] = from[r * columns + c];
}

// s = factor * exp(s - shift) for the keys j <= row, zero from there to `end` (a multiple of 16); the sum
// of s, or of s * with where that is given.
PK_INLINE float exponentials(
    float *s, long row, long end, float shift, float factor, const float *with) {
  f32x16 total = PK_SPLAT(0.0f);
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (long j = 0; j < end; j += PK_LANES) {
    f32x16 v = PK_LOAD(s + j) - shift;
    pk_exp_down(&v, 0);
    v = v * 0x1p-64f * factor;
    if (j + PK_LANES - 1 > row) v = PK_SELECT(lane + (int32_t)j <= (int32_t)row, v, PK_SPLAT(0.0f));
    PK_STORE(s + j, v);
    total += with ? v * PK_LOAD(with + j) : v;
  }
  return pk_sum_lanes(&total);
}

// The largest of s over the keys j <= row.
PK_INLINE float largest_score(const float *s, long row) {
  f32x16 best = PK_SPLAT(-INFINITY), v;
  long j = 0;
  for (; j + PK_LANES <= row + 1; j += PK_LANES) {
    v = PK_LOAD(s + j);
    pk_max_into(&best, &v);
  }
  if (j <= row) {
    pk_load_some(s + j, row + 1 - j, -INFINITY, &v);
    pk_max_into(&best, &v);
  }
  return pk_max_lanes(&best);
}

size_t pk_attention_workspace(long time, long width, long heads) {
  long t = padded(time, 2 * PK_LANES), h = padded(width / heads, PK_LANES);
  return (size_t)(8 * t * h + 2 * BLOCK * t + ROWS * h + BLOCK) * sizeof(float);
}

PK_KERNEL void pk_attention(
    const float *qkv, long samples, long time, long width, long heads, float *y, float *shift,
    float *sum, void *workspace) {
  const long size = width / heads, t = padded(time, 2 * PK_LANES), h = padded(size, PK_LANES);
  const double scale = 1.0 / __builtin_sqrt((double)size);
  float *q = workspace, *k = q + t * h, *v = k + t * h, *kt = v + t * h, *s = kt + t * h;
  float *out = s + ROWS * t;
  for (long n = 0; n < samples * heads; n++) {
    const long sample = n / heads, head = n % heads;
    const float *from = qkv + sample * time * 3 * width + head * size;
    pack(from, time, 3 * width, size, scale, q, t, h);
    pack(from + width, time, 3 * width, size, 1, k, t, h);
    pack(from + 2 * width, time, 3 * width, size, 1, v, t, h);
    transpose(k, t, h, kt);
    for (long i = 0; i < time; i += ROWS) {
      const long end = padded(i + ROWS, PK_LANES), count = time - i < ROWS ? time - i : ROWS;
      tiles(q + i * h, h, 1, kt, t, size, s, t, 0, end);
      float sums[ROWS];
      for (long r = 0; r < ROWS; r++) {
        const float most = largest_score(s + r * t, i + r);
        sums[r] = exponentials(s + r * t, i + r, end, most, 1, 0);
        if (r < count) {
          shift[n * time + i + r] = most;
          sum[n * time + i + r] = sums[r];
        }
      }
      tiles(s, t, 1, v, h, i + count, out, h, 0, h);
      for (long r = 0; r < count; r++) {
        float *to = y + (sample * time + i + r) * width + head * size, inverse = 1.0f / sums[r];
        for (long c = 0; c < size; c++) to[c] = out[r * h + c] * inverse;
      }
    }
  }
}

PK_KERNEL void pk_attention_gradient(
    const float *qkv, const float *shift, const float *sum, const float *dy, long samples,
    long time, long width, long heads, float *dqkv, void *workspace) {
  const long size = width / heads, t = padded(time, 2 * PK_LANES), h = padded(size, PK_LANES);
  const double scale = 1.0 / __builtin_sqrt((double)size);
  float *q = workspace, *k = q + t * h, *g = k + t * h, *kt = g + t * h, *vt = kt + t * h;
  float *dk = vt + t * h, *dv = dk + t * h, *v = dv + t * h;
  float *p = v + t * h, *ds = p + BLOCK * t, *out = ds + BLOCK * t;
  for (long n = 0; n < samples * heads; n++) {
    const long sample = n / heads, head = n % heads;
    const float *from = qkv + sample * time * 3 * width + head * size;
    float *to = dqkv + sample * time * 3 * width + head * size;
    pack(from, time, 3 * width, size, scale, q, t, h);
    pack(from + width, time, 3 * width, size, 1, k, t, h);
    pack(from + 2 * width, time, 3 * width, size, 1, v, t, h);
    pack(dy + sample * time * width + head * size, time, width, size, 1, g, t, h);
    transpose(k, t, h, kt);
    transpose(v, t, h, vt);
    for (long first = 0; first < time; first += BLOCK) {
      const long last = padded(first + BLOCK < time ? first + BLOCK : time, ROWS);
      for (long i = first; i < last; i += ROWS) {
        const long end = padded(i + ROWS, PK_LANES);
        float *pi = p + (i - first) * t, *di = ds + (i - first) * t;
        tiles(q + i * h, h, 1, kt, t, size, pi, t, 0, end);
        tiles(g + i * h, h, 1, vt, t, size, di, t, 0, end);
        for (long r = 0; r < ROWS; r++) {
          // The mean of di by p, from the same numbers: for a p of almost 1 they must cancel.
          const long row = n * time + (i + r < time ? i + r : time - 1);
          const float mean = exponentials(
              pi + r * t, i + r, end, shift[row], 1.0f / sum[row], di + r * t);
          for (long j = 0; j < end; j++) di[r * t + j] = pi[r * t + j] * (di[r * t + j] - mean);
        }
        const long count = time - i < ROWS ? time - i : ROWS;
        tiles(di, t, 1, k, h, i + count, out, h, 0, h);
        unpack(out, h, count, size, (float)scale, to + i * 3 * width, 3 * width);
      }
      for (long j = 0; j < last; j += ROWS) {
        const long i = j > first ? j : first, depth = (last < time ? last : time) - i;
        const int add = j < first;
        tiles(p + (i - first) * t + j, 1, t, g + i * h, h, depth, dv + j * h, h, add, h);
        tiles(ds + (i - first) * t + j, 1, t, q + i * h, h, depth, dk + j * h, h, add, h);
      }
    }
    unpack(dk, h, time, size, 1, to + width, 3 * width);
    unpack(dv, h, time, size, 1, to + 2 * width, 3 * width);
  }
}
