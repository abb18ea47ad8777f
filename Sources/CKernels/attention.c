// Causal multi-head attention without the T x T matrix in memory: one head at a time is packed into
// the workspace, and its query rows are worked on in blocks, probabilities recomputed for the
// gradient (Dao et al. 2022, "FlashAttention", its idea for caches).
#include <math.h>

#include "CKernels.h"
#include "vector.h"

#define ROWS 8    // rows of one register tile
#define BLOCK 64  // query rows whose probabilities are held at a time in the gradient

PK_INLINE long padded(long n, long to) { return (n + to - 1) / to * to; }

// s[8][vectors] = sum over k < depth of a[r row_step + k k_step] * b[k ldb + column].
PK_INLINE void tile(
    const float *a, long row_step, long k_step, const float *b, long ldb, long depth, int vectors,
    f32x16 (*s)[2]) {
  PK_UNROLL for (int r = 0; r < ROWS; r++)
    PK_UNROLL for (int v = 0; v < vectors; v++) s[r][v] = PK_SPLAT(0.0f);
  for (long k = 0; k < depth; k++) {
    f32x16 line[2];
    PK_UNROLL for (int v = 0; v < vectors; v++) line[v] = PK_LOAD(b + k * ldb + v * PK_LANES);
    PK_UNROLL for (int r = 0; r < ROWS; r++)
      PK_UNROLL for (int v = 0; v < vectors; v++) s[r][v] += line[v] * a[r * row_step + k * k_step];
  }
}

// The same over `columns` (a multiple of 16) columns, to c[8][ldc].
PK_INLINE void score_tiles(
    const float *a, long lda, const float *b, long ldb, long depth, float *c, long ldc,
    long columns) {
  f32x16 s[ROWS][2];
  long j = 0;
  for (; j + 2 * PK_LANES <= columns; j += 2 * PK_LANES) {
    tile(a, lda, 1, b + j, ldb, depth, 2, s);
    PK_UNROLL for (int r = 0; r < ROWS; r++)
      PK_UNROLL for (int v = 0; v < 2; v++) PK_STORE(c + r * ldc + j + v * PK_LANES, s[r][v]);
  }
  if (j == columns) return;
  tile(a, lda, 1, b + j, ldb, depth, 1, s);
  PK_UNROLL for (int r = 0; r < ROWS; r++) PK_STORE(c + r * ldc + j, s[r][0]);
}

// A tile times a factor for each row, to or onto the first `count` rows and `width` columns of c.
PK_INLINE void put(
    const f32x16 (*s)[2], int vectors, const float *factors, int add, long count, long width,
    float *c, long ldc) {
  if (count >= ROWS && width >= vectors * PK_LANES) {
    PK_UNROLL for (int r = 0; r < ROWS; r++)
      PK_UNROLL for (int v = 0; v < vectors; v++) {
        float *to = c + r * ldc + v * PK_LANES;
        const f32x16 value = s[r][v] * factors[r];
        PK_STORE(to, add ? PK_LOAD(to) + value : value);
      }
    return;
  }
  float lanes[ROWS][2 * PK_LANES];
  PK_UNROLL for (int r = 0; r < ROWS; r++)
    PK_UNROLL for (int v = 0; v < vectors; v++) PK_STORE(lanes[r] + v * PK_LANES, s[r][v]);
  if (width > vectors * PK_LANES) width = vectors * PK_LANES;
  for (long r = 0; r < count && r < ROWS; r++)
    for (long j = 0; j < width; j++) {
      const float value = lanes[r][j] * factors[r];
      c[r * ldc + j] = add ? c[r * ldc + j] + value : value;
    }
}

// c[count][width] = or += factors[r] * sum over k < depth of a[r row_step + k k_step] * b[k h + column].
PK_INLINE void mix(
    const float *a, long row_step, long k_step, const float *b, long h, long depth,
    const float *factors, int add, long count, long width, float *c, long ldc) {
  f32x16 s[ROWS][2];
  long j = 0;
  for (; j + 2 * PK_LANES <= h; j += 2 * PK_LANES) {
    tile(a, row_step, k_step, b + j, h, depth, 2, s);
    put(s, 2, factors, add, count, width - j, c + j, ldc);
  }
  if (j == h) return;
  tile(a, row_step, k_step, b + j, h, depth, 1, s);
  put(s, 1, factors, add, count, width - j, c + j, ldc);
}

// Sixteen values of a row of `width` from column c on, zeros behind its end.
PK_INLINE void load_row(const float *row, long c, long width, f32x16 *v) {
  *v = PK_SPLAT(0.0f);
  if (c + PK_LANES <= width)
    *v = PK_LOAD(row + c);
  else
    pk_load_some(row + c, width - c, 0, v);
}

// A factor as the sum of two floats: one alone would be off for all scores alike.
typedef struct {
  float high, low;
} factor;

PK_INLINE factor split(double value) {
  const float high = (float)value;
  return (factor){high, (float)(value - high)};
}

// Rows of `width` values, `stride` apart, times `scale`, to zero-padded rows x columns.
PK_INLINE void pack(
    const float *from, long count, long stride, long width, factor scale, float *to, long rows,
    long columns) {
  for (long r = 0; r < count; r++)
    for (long c = 0; c < columns; c += PK_LANES) {
      f32x16 v;
      load_row(from + r * stride, c, width, &v);
      PK_STORE(to + r * columns + c, v * scale.high + v * scale.low);
    }
  memset(to + count * columns, 0, (size_t)((rows - count) * columns) * sizeof(float));
}

// Asks for a row that will be needed: the processor can't guess rows so far apart. A few lines at a
// time, and not beside products, which wait for lines, too.
PK_INLINE void fetch(const float *row, long width) {
  for (long c = 0; c < width; c += PK_LANES) __builtin_prefetch(row + c);
}

// The halves `from` of two vectors, their lanes taking turns.
#define ZIP(a, b, from)                                                                     \
  __builtin_shufflevector(                                                                  \
      a, b, from, 16 + from, from + 1, 17 + from, from + 2, 18 + from, from + 3, 19 + from, \
      from + 4, 20 + from, from + 5, 21 + from, from + 6, 22 + from, from + 7, 23 + from)

// to[columns][rows] = transpose of count rows of `width` values, `stride` apart, zero-padded; both
// multiples of 16.
PK_INLINE void transpose(
    const float *from, long count, long stride, long width, float *to, long rows, long columns) {
  for (long i = 0; i < rows; i += PK_LANES)
    for (long c = 0; c < columns; c += PK_LANES) {
      f32x16 a[PK_LANES], b[PK_LANES];
      PK_UNROLL for (int r = 0; r < PK_LANES; r++) {
        a[r] = PK_SPLAT(0.0f);
        if (i + r < count) load_row(from + (i + r) * stride, c, width, &a[r]);
      }
      // Four times the first half and the second take turns: every lane's place moves by one bit.
      PK_UNROLL for (int n = 0; n < 4; n++) {
        PK_UNROLL for (int r = 0; r < PK_LANES / 2; r++) {
          b[2 * r] = ZIP(a[r], a[r + 8], 0);
          b[2 * r + 1] = ZIP(a[r], a[r + 8], 8);
        }
        PK_UNROLL for (int r = 0; r < PK_LANES; r++) a[r] = b[r];
      }
      PK_UNROLL for (int r = 0; r < PK_LANES; r++) PK_STORE(to + (c + r) * rows + i, a[r]);
    }
}

// v = factor * exp(v - shift) for v <= shift; the factor has 2^-64 in it.
PK_INLINE void exponential(f32x16 *v, float shift, float factor) {
  *v = *v - shift;
  pk_exp_down(v, 0);
  *v = *v * factor;
}

// s = factor * exp(s - shift) for the keys j <= row, zero from there to `end` (a multiple of 16, at most
// 15 behind row); the sum of s, or of s * with where that is given.
PK_INLINE float exponentials(
    float *s, long row, long end, float shift, float factor, const float *with) {
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  f32x16 total = PK_SPLAT(0.0f), v;
  long j = 0;
  factor *= 0x1p-64f;
  for (; j < end - PK_LANES; j += PK_LANES) {
    v = PK_LOAD(s + j);
    exponential(&v, shift, factor);
    PK_STORE(s + j, v);
    total += with ? v * PK_LOAD(with + j) : v;
  }
  v = PK_LOAD(s + j);
  exponential(&v, shift, factor);
  v = PK_SELECT(lane <= (int32_t)(row - j), v, PK_SPLAT(0.0f));
  PK_STORE(s + j, v);
  total += with ? v * PK_LOAD(with + j) : v;
  return pk_sum_lanes(&total);
}

// The largest of s over the keys j <= row; `end` as above.
PK_INLINE float largest_score(const float *s, long row, long end) {
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  f32x16 best = PK_SPLAT(-INFINITY), v;
  long j = 0;
  for (; j < end - PK_LANES; j += PK_LANES) {
    v = PK_LOAD(s + j);
    pk_max_into(&best, &v);
  }
  v = PK_LOAD(s + j);
  v = PK_SELECT(lane <= (int32_t)(row - j), v, PK_SPLAT(-INFINITY));
  pk_max_into(&best, &v);
  return pk_max_lanes(&best);
}

// Where the n-th head of all samples begins.
PK_INLINE long start_of(long n, long time, long stride, long heads, long size) {
  return n / heads * time * stride + n % heads * size;
}

size_t pk_attention_workspace(long time, long width, long heads) {
  long t = padded(time, PK_LANES), h = padded(width / heads, PK_LANES);
  return (size_t)(5 * t * h + 2 * BLOCK * t) * sizeof(float);
}

PK_KERNEL void pk_attention(
    const float *qkv, long samples, long time, long width, long heads, float *y, float *shift,
    float *sum, void *workspace) {
  const long size = width / heads, t = padded(time, PK_LANES), h = padded(size, PK_LANES);
  const factor scale = split(1.0 / __builtin_sqrt((double)size)), one = {1, 0};
  const long stride = 3 * width, final = samples * heads - 1;
  float *q = workspace, *kt = q + t * h, *v = kt + t * h, *s = v + t * h;
  for (long n = 0; n <= final; n++) {
    const float *from = qkv + start_of(n, time, stride, heads, size);
    const float *next = qkv + start_of(n < final ? n + 1 : n, time, stride, heads, size);
    float *to = y + start_of(n, time, width, heads, size);
    pack(from, time, stride, size, scale, q, t, h);
    transpose(from + width, time, stride, size, kt, t, h);
    pack(from + 2 * width, time, stride, size, one, v, t, h);
    for (long i = 0; i < time; i += ROWS) {
      const long end = padded(i + ROWS, PK_LANES), count = time - i < ROWS ? time - i : ROWS;
      float inverse[ROWS], largest[ROWS];
      score_tiles(q + i * h, h, kt, t, size, s, t, end);
      for (long r = 0; r < ROWS; r++) {
        largest[r] = largest_score(s + r * t, i + r, end);
        if (r >= count) continue;
        fetch(next + (i + r) * stride, size);
        fetch(to + (i + r) * width, size);
      }
      for (long r = 0; r < ROWS; r++) {
        const float all = exponentials(s + r * t, i + r, end, largest[r], 1, 0);
        inverse[r] = 1.0f / all;
        if (r >= count) continue;
        shift[n * time + i + r] = largest[r];
        sum[n * time + i + r] = all;
        fetch(next + (i + r) * stride + width, size);
        fetch(next + (i + r) * stride + 2 * width, size);
      }
      mix(s, t, 1, v, h, i + count, inverse, 0, count, size, to + i * width, width);
    }
  }
}

PK_KERNEL void pk_attention_gradient(
    const float *qkv, const float *shift, const float *sum, const float *dy, long samples,
    long time, long width, long heads, float *dqkv, void *workspace) {
  const long size = width / heads, t = padded(time, PK_LANES), h = padded(size, PK_LANES);
  const factor scale = split(1.0 / __builtin_sqrt((double)size)), one = {1, 0};
  const long stride = 3 * width, final = samples * heads - 1;
  float scales[ROWS], ones[ROWS];
  for (int r = 0; r < ROWS; r++) scales[r] = scale.high, ones[r] = 1;
  float *q = workspace, *k = q + t * h, *g = k + t * h, *kt = g + t * h, *vt = kt + t * h;
  float *p = vt + t * h, *ds = p + BLOCK * t;
  for (long n = 0; n <= final; n++) {
    const long start = start_of(n, time, stride, heads, size), following = n < final ? n + 1 : n;
    const float *from = qkv + start, *upstream = dy + start_of(n, time, width, heads, size);
    const float *next = qkv + start_of(following, time, stride, heads, size);
    const float *next_upstream = dy + start_of(following, time, width, heads, size);
    float *to = dqkv + start;
    pack(from, time, stride, size, scale, q, t, h);
    pack(from + width, time, stride, size, one, k, t, h);
    pack(upstream, time, width, size, one, g, t, h);
    transpose(k, t, h, h, kt, t, h);
    transpose(from + 2 * width, time, stride, size, vt, t, h);
    for (long first = 0; first < time; first += BLOCK) {
      const long last = first + BLOCK < time ? first + BLOCK : time;
      for (long i = first; i < last; i += ROWS) {
        const long end = padded(i + ROWS, PK_LANES), count = time - i < ROWS ? time - i : ROWS;
        float *pi = p + (i - first) * t, *di = ds + (i - first) * t;
        score_tiles(q + i * h, h, kt, t, size, pi, t, end);
        score_tiles(g + i * h, h, vt, t, size, di, t, end);
        for (long r = 0; r < ROWS; r++) {
          // Behind the last row there are rows of zeros: any numbers do for them.
          const long row = n * time + (r < count ? i + r : time - 1);
          if (r < count) {
            fetch(next + (i + r) * stride, size);
            fetch(next + (i + r) * stride + width, size);
            fetch(next_upstream + (i + r) * width, size);
            fetch(to + (i + r) * stride, size);
          }
          float *pr = pi + r * t, *dr = di + r * t;
          // The mean of dr by pr, from the same numbers: for a p of almost 1 they must cancel.
          const float mean = exponentials(pr, i + r, end, shift[row], 1.0f / sum[row], dr);
          for (long j = 0; j < end; j += PK_LANES)
            PK_STORE(dr + j, PK_LOAD(pr + j) * (PK_LOAD(dr + j) - mean));
          if (r >= count) continue;
          fetch(next + (i + r) * stride + 2 * width, size);
          fetch(to + (i + r) * stride + width, size);
          fetch(to + (i + r) * stride + 2 * width, size);
        }
        mix(di, t, 1, k, h, i + count, scales, 0, count, size, to + i * stride, stride);
      }
      for (long j = 0; j < last; j += ROWS) {
        const long i = j > first ? j : first, depth = last - i, at = (i - first) * t + j;
        const int add = j < first;
        float *dk = to + width + j * stride, *dv = dk + width;
        mix(p + at, 1, t, g + i * h, h, depth, ones, add, last - j, size, dv, stride);
        mix(ds + at, 1, t, q + i * h, h, depth, ones, add, last - j, size, dk, stride);
      }
    }
  }
}
