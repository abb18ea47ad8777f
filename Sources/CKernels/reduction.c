// Sums in an order that only the shape decides: norms in Float64, column and channel
// sums (bias gradients), and the bias additions that belong to them.
#include "CKernels.h"
#include "vector.h"

typedef double f64x8 __attribute__((vector_size(64)));
typedef float f32x8_unaligned __attribute__((vector_size(32), aligned(4), may_alias));

#define PK_WIDEN(p) __builtin_convertvector(*(const f32x8_unaligned *)(p), f64x8)

PK_KERNEL double pk_squared_norm(const float *x, long n) {
  f64x8 a = {0}, b = {0}, c = {0}, d = {0};
  long i = 0;
  for (; i + 32 <= n; i += 32) {
    f64x8 p = PK_WIDEN(x + i), q = PK_WIDEN(x + i + 8);
    f64x8 r = PK_WIDEN(x + i + 16), s = PK_WIDEN(x + i + 24);
    a += p * p, b += q * q, c += r * r, d += s * s;
  }
  f64x8 lanes = (a + b) + (c + d);
  double sum = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
               ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  for (; i < n; i++) sum += (double)x[i] * x[i];
  return sum;
}

double pk_weighted_sum(const float *x, const float *weight, long n) {
  double sum = 0;
  for (long i = 0; i < n; i++) sum += (double)x[i] * weight[i];
  return sum;
}

PK_KERNEL void pk_bias_rows(const float *x, const float *bias, float *y, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *from = x + r * columns;
    float *to = y + r * columns;
    PK_LOOP for (long c = 0; c < columns; c++) to[c] = from[c] + bias[c];
  }
}

PK_KERNEL void pk_bias_channels(
    const float *x, const float *bias, float *y, long samples, long channels, long pixels) {
  for (long plane = 0; plane < samples * channels; plane++) {
    float b = bias[plane % channels];
    const float *from = x + plane * pixels;
    float *to = y + plane * pixels;
    PK_LOOP for (long p = 0; p < pixels; p++) to[p] = from[p] + b;
  }
}

#define ROW_BLOCK 64  // rows summed before they join the total: error grows with rows / 64

// Sums of `vectors` times 16 columns that begin at x.
PK_INLINE void sum_columns(
    const float *x, long rows, long stride, int accumulate, float *y, int vectors) {
  f32x16 total[8];
  PK_UNROLL for (int v = 0; v < vectors; v++) total[v] = PK_SPLAT(0.0f);
  for (long r = 0; r < rows;) {
    long end = r + ROW_BLOCK < rows ? r + ROW_BLOCK : rows;
    f32x16 part[8];
    PK_UNROLL for (int v = 0; v < vectors; v++) part[v] = PK_SPLAT(0.0f);
    for (; r < end; r++)
      PK_UNROLL for (int v = 0; v < vectors; v++) part[v] += PK_LOAD(x + r * stride + v * PK_LANES);
    PK_UNROLL for (int v = 0; v < vectors; v++) total[v] += part[v];
  }
  PK_UNROLL for (int v = 0; v < vectors; v++) {
    float *at = y + v * PK_LANES;
    if (accumulate) total[v] += PK_LOAD(at);
    PK_STORE(at, total[v]);
  }
}

PK_KERNEL void pk_column_sums(const float *x, long rows, long columns, int accumulate, float *y) {
  long c = 0;
  for (; c + 8 * PK_LANES <= columns; c += 8 * PK_LANES)
    sum_columns(x + c, rows, columns, accumulate, y + c, 8);
  for (; c + PK_LANES <= columns; c += PK_LANES)
    sum_columns(x + c, rows, columns, accumulate, y + c, 1);
  for (; c < columns; c++) {
    float total = 0;
    for (long r = 0; r < rows;) {
      long end = r + ROW_BLOCK < rows ? r + ROW_BLOCK : rows;
      float part = 0;
      for (; r < end; r++) part += x[r * columns + c];
      total += part;
    }
    y[c] = accumulate ? y[c] + total : total;
  }
}

PK_KERNEL void pk_channel_sums(
    const float *x, long samples, long channels, long pixels, int accumulate, float *y) {
  for (long c = 0; c < channels; c++) {
    float total = 0;
    for (long s = 0; s < samples; s++) {
      const float *plane = x + (s * channels + c) * pixels;
      f32x16 part = PK_SPLAT(0.0f);
      long p = 0;
      for (; p + PK_LANES <= pixels; p += PK_LANES) part += PK_LOAD(plane + p);
      if (p < pixels) {
        f32x16 rest;
        pk_load_some(plane + p, pixels - p, 0, &rest);
        part += rest;
      }
      total += pk_sum_lanes(&part);
    }
    y[c] = accumulate ? y[c] + total : total;
  }
}

// Some axes of a tensor: extents and steps, and where a walk over them is.
typedef struct {
  int rank;
  long extents[PK_MAX_AXES], steps[PK_MAX_AXES], at[PK_MAX_AXES];
} axes;

PK_INLINE void add_axis(axes *a, long extent, long step) {
  a->extents[a->rank] = extent;
  a->steps[a->rank] = step;
  a->at[a->rank++] = 0;
}

PK_INLINE long count_of(const axes *a) {
  long count = 1;
  for (int axis = 0; axis < a->rank; axis++) count *= a->extents[axis];
  return count;
}

// The address of the next element; after the last, of the first again.
PK_INLINE const float *next_place(axes *a, const float *x) {
  for (int axis = a->rank - 1; axis >= 0; axis--) {
    x += a->steps[axis];
    if (++a->at[axis] < a->extents[axis]) return x;
    x -= a->steps[axis] * a->extents[axis];
    a->at[axis] = 0;
  }
  return x;
}

PK_INLINE float sum_of_row(const float *x, long n) {
  f32x16 sum = PK_SPLAT(0.0f), rest;
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) sum += PK_LOAD(x + i);
  if (i < n) {
    pk_load_some(x + i, n - i, 0, &rest);
    sum += rest;
  }
  return pk_sum_lanes(&sum);
}

PK_KERNEL void pk_sum_axes(
    int rank, const long *extents, const int *is_summed, const float *x, float *y) {
  // The innermost axis is worked on as rows, all others are walked over.
  axes kept = {0}, summed = {0};
  long step[PK_MAX_AXES];
  for (int axis = rank - 1; axis >= 0; axis--)
    step[axis] = axis == rank - 1 ? 1 : step[axis + 1] * extents[axis + 1];
  for (int axis = 0; axis < rank - 1; axis++)
    add_axis(is_summed[axis] ? &summed : &kept, extents[axis], step[axis]);
  const long n = extents[rank - 1], results = count_of(&kept), terms = count_of(&summed);
  for (long result = 0; result < results; result++) {
    if (is_summed[rank - 1]) {
      float total = 0;
      for (long term = 0; term < terms; term++) {
        total += sum_of_row(x, n);
        x = next_place(&summed, x);
      }
      *y++ = total;
    } else {
      for (long i = 0; i < n; i++) y[i] = 0;
      for (long term = 0; term < terms; term++) {
        PK_LOOP for (long i = 0; i < n; i++) y[i] += x[i];
        x = next_place(&summed, x);
      }
      y += n;
    }
    x = next_place(&kept, x);
  }
}
