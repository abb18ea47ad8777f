// Softmax, its logarithm and cross-entropy over rows of logits, squared error, and the count of right
// guesses.
#include <math.h>

#include "CKernels.h"
#include "vector.h"

// The first `count` (< 16) lanes from `x`, the others `fill`; memory up to `end` may be read.
PK_INLINE void load_rest(const float *x, long count, const float *end, float fill, f32x16 *v) {
  if (end - x < PK_LANES) {
    pk_load_some(x, count, fill, v);
    return;
  }
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  *v = PK_LOAD(x);
  *v = PK_SELECT(lane < (int32_t)count, *v, PK_SPLAT(fill));
}

// The largest of n values; NaN counts for nothing.
PK_INLINE float largest(const float *x, long n, const float *end) {
  f32x16 best = PK_SPLAT(-INFINITY), v;
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) {
    v = PK_LOAD(x + i);
    pk_max_into(&best, &v);
  }
  if (i < n) {
    load_rest(x + i, n - i, end, -INFINITY, &v);
    pk_max_into(&best, &v);
  }
  return pk_max_lanes(&best);
}

// Sum of exp(x - shift) over n values of which `shift` is the largest.
PK_INLINE double sum_of_exponentials(const float *x, float shift, long n, const float *end) {
  f64x16 sum = {0};
  f32x16 v;
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) {
    v = PK_LOAD(x + i);
    pk_exp_below(&v, shift);
    sum += __builtin_convertvector(v, f64x16);
  }
  if (i < n) {
    load_rest(x + i, n - i, end, -INFINITY, &v);
    pk_exp_below(&v, shift);
    sum += __builtin_convertvector(v, f64x16);
  }
  sum += PK_FOLD(sum, 8);
  sum += PK_FOLD(sum, 4);
  sum += PK_FOLD(sum, 2);
  sum += PK_FOLD(sum, 1);
  return sum[0] * 0x1p-64;
}

PK_KERNEL int pk_cross_entropy(
    const float *logits, const int32_t *labels, long samples, long positions, long classes,
    float *loss, float *shift, float *others) {
  const float *end = logits + samples * positions * classes;
  int status = PK_OK;
  for (long s = 0; s < samples; s++) {
    double sum = 0;
    for (long p = 0; p < positions; p++) {
      long row = s * positions + p;
      const float *x = logits + row * classes;
      shift[row] = largest(x, classes, end);
      const double all = sum_of_exponentials(x, shift[row], classes, end);
      others[row] = (float)(all - 1);
      if (labels[row] < 0 || labels[row] >= classes) {
        status = PK_OUT_OF_RANGE;
        sum = NAN;
      } else {
        sum += ((double)shift[row] - x[labels[row]]) + log(all);
      }
    }
    loss[s] = (float)(sum / (double)positions);
  }
  return status;
}

PK_KERNEL int pk_cross_entropy_gradient(
    const float *logits, const int32_t *labels, const float *shift, const float *others,
    const float *dloss, long samples, long positions, long classes, float *dlogits) {
  const float *end = logits + samples * positions * classes;
  int status = PK_OK;
  for (long row = 0; row < samples * positions; row++) {
    const float *x = logits + row * classes;
    float *dx = dlogits + row * classes;
    const long label = labels[row];
    const int is_valid = label >= 0 && label < classes;
    const int is_largest = is_valid && x[label] == shift[row];
    const double scale = (double)dloss[row / positions] / (double)positions;
    const double factor = scale / (1.0 + others[row]);
    const float high = (float)factor, low = (float)(factor - high);
    long c = 0;
    f32x16 v;
    for (; c + PK_LANES <= classes; c += PK_LANES) {
      v = PK_LOAD(x + c);
      pk_exp_below(&v, shift[row]);
      v = v * 0x1p-64f;
      PK_STORE(dx + c, v * high + v * low);
    }
    if (c < classes) {
      load_rest(x + c, classes - c, end, 0, &v);
      pk_exp_below(&v, shift[row]);
      v = v * 0x1p-64f;
      v = v * high + v * low;
      pk_store_some(dx + c, classes - c, &v);
    }
    // p - 1 would cancel where p is almost 1: the others' share of the sum is the same.
    if (!is_valid)
      status = PK_OUT_OF_RANGE;
    else if (is_largest)
      dx[label] = (float)(-scale * (others[row] / (1.0 + others[row])));
    else
      dx[label] = (float)(dx[label] - scale);
  }
  return status;
}

PK_KERNEL void pk_squared_error(
    const float *x, const float *target, long samples, long features, float *loss) {
  for (long s = 0; s < samples; s++) {
    const float *a = x + s * features, *b = target + s * features;
    f32x16 sum = PK_SPLAT(0.0f), u, v;
    long i = 0;
    for (; i + PK_LANES <= features; i += PK_LANES) {
      v = PK_LOAD(a + i) - PK_LOAD(b + i);
      sum += v * v;
    }
    if (i < features) {
      pk_load_some(a + i, features - i, 0, &v);
      pk_load_some(b + i, features - i, 0, &u);
      v = v - u;
      sum += v * v;
    }
    loss[s] = pk_sum_lanes(&sum) / (float)features;
  }
}

PK_KERNEL void pk_squared_error_gradient(
    const float *x, const float *target, const float *dloss, long samples, long features,
    float *dx) {
  for (long s = 0; s < samples; s++) {
    const float *a = x + s * features, *b = target + s * features;
    float *to = dx + s * features, scale = 2.0f * dloss[s] / (float)features;
    PK_LOOP for (long i = 0; i < features; i++) to[i] = (a[i] - b[i]) * scale;
  }
}

PK_KERNEL long pk_count_correct(
    const float *logits, const int32_t *labels, long rows, long classes) {
  const float *end = logits + rows * classes;
  long correct = 0;
  for (long r = 0; r < rows; r++) {
    const float *x = logits + r * classes;
    const long label = labels[r];
    if (label < 0 || label >= classes || x[0] != x[0] || x[label] != largest(x, classes, end)) continue;
    long first = 0;
    while (x[first] != x[label]) first++;
    correct += first == label;
  }
  return correct;
}

PK_INLINE void softmax_row(const float *x, long n, const float *end, float *y) {
  const float shift = largest(x, n, end);
  const double factor = 1.0 / sum_of_exponentials(x, shift, n, end);
  const float high = (float)factor, low = (float)(factor - high);
  f32x16 v;
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) {
    v = PK_LOAD(x + i);
    pk_exp_below(&v, shift);
    v = v * 0x1p-64f;
    PK_STORE(y + i, v * high + v * low);
  }
  if (i < n) {
    load_rest(x + i, n - i, end, 0, &v);
    pk_exp_below(&v, shift);
    v = v * 0x1p-64f;
    v = v * high + v * low;
    pk_store_some(y + i, n - i, &v);
  }
}

PK_KERNEL void pk_softmax(const float *x, long rows, long n, float *y) {
  const float *end = x + rows * n;
  for (long r = 0; r < rows; r++, x += n, y += n) softmax_row(x, n, end, y);
}

PK_KERNEL void pk_causal_softmax(const float *x, long matrices, long rows, long n, float *y) {
  const float *end = x + matrices * rows * n;
  for (long m = 0; m < matrices; m++)
    for (long r = 0; r < rows; r++, x += n, y += n) {
      const long seen = r + 1 < n ? r + 1 : n;
      softmax_row(x, seen, end, y);
      for (long i = seen; i < n; i++) y[i] = 0;
    }
}

PK_KERNEL void pk_softmax_gradient(
    const float *y, const float *dy, long rows, long n, float *dx) {
  for (long r = 0; r < rows; r++, y += n, dy += n, dx += n) {
    double mean = 0;
    for (long i = 0; i < n; i++) mean += (double)y[i] * dy[i];
    const float shift = (float)mean;
    PK_LOOP for (long i = 0; i < n; i++) dx[i] = y[i] * (dy[i] - shift);
  }
}

PK_KERNEL void pk_log_softmax(const float *x, long rows, long n, float *y) {
  const float *end = x + rows * n;
  for (long r = 0; r < rows; r++, x += n, y += n) {
    const float shift = largest(x, n, end);
    const double total = log(sum_of_exponentials(x, shift, n, end));
    for (long i = 0; i < n; i++) y[i] = (float)(((double)x[i] - shift) - total);
  }
}

PK_KERNEL void pk_log_softmax_gradient(
    const float *y, const float *dy, long rows, long n, float *dx) {
  for (long r = 0; r < rows; r++, y += n, dy += n, dx += n) {
    double sum = 0;
    for (long i = 0; i < n; i++) sum += dy[i];
    const float total = (float)sum;
    f32x16 v, u;
    long i = 0;
    for (; i + PK_LANES <= n; i += PK_LANES) {
      v = PK_LOAD(y + i);
      pk_exp_lanes(&v);
      PK_STORE(dx + i, PK_LOAD(dy + i) - v * total);
    }
    if (i < n) {
      pk_load_some(y + i, n - i, 0, &v);
      pk_load_some(dy + i, n - i, 0, &u);
      pk_exp_lanes(&v);
      u = u - v * total;
      pk_store_some(dx + i, n - i, &u);
    }
  }
}
