// Softmax cross-entropy over rows of logits, squared error, and the count of right guesses.
#include <math.h>

#include "CKernels.h"
#include "vector.h"

// The largest of n values; NaN counts for nothing.
PK_INLINE float largest(const float *x, long n) {
  f32x16 best = PK_SPLAT(-INFINITY), v;
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) {
    v = PK_LOAD(x + i);
    pk_max_into(&best, &v);
  }
  if (i < n) {
    pk_load_rest(x, i, n, -INFINITY, &v);
    pk_max_into(&best, &v);
  }
  return pk_max_lanes(&best);
}

// Sum of exp(x - shift) over n values.
PK_INLINE float sum_of_exponentials(const float *x, float shift, long n) {
  f32x16 sum = PK_SPLAT(0.0f), v;
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) {
    v = PK_LOAD(x + i) - shift;
    pk_exp_lanes(&v);
    sum += v;
  }
  if (i < n) {
    pk_load_rest(x, i, n, -INFINITY, &v);
    const i32x16 used = v != PK_SPLAT(-INFINITY);
    v = v - shift;
    pk_exp_lanes(&v);
    sum += PK_SELECT(used, v, PK_SPLAT(0.0f));
  }
  return pk_sum_lanes(&sum);
}

PK_KERNEL int pk_cross_entropy(
    const float *logits, const int32_t *labels, long samples, long positions, long classes,
    float *loss, float *log_sum) {
  int status = PK_OK;
  for (long s = 0; s < samples; s++) {
    double sum = 0;
    for (long p = 0; p < positions; p++) {
      long row = s * positions + p;
      const float *x = logits + row * classes;
      float shift = largest(x, classes);
      float log_of_sum = shift + logf(sum_of_exponentials(x, shift, classes));
      log_sum[row] = log_of_sum;
      if (labels[row] < 0 || labels[row] >= classes) {
        status = PK_OUT_OF_RANGE;
        sum = NAN;
      } else {
        sum += log_of_sum - x[labels[row]];
      }
    }
    loss[s] = (float)(sum / (double)positions);
  }
  return status;
}

PK_KERNEL int pk_cross_entropy_gradient(
    const float *logits, const int32_t *labels, const float *log_sum, const float *dloss,
    long samples, long positions, long classes, float *dlogits) {
  int status = PK_OK;
  for (long row = 0; row < samples * positions; row++) {
    const float *x = logits + row * classes;
    float *dx = dlogits + row * classes;
    float scale = dloss[row / positions] / (float)positions, shift = log_sum[row];
    long c = 0;
    f32x16 v;
    for (; c + PK_LANES <= classes; c += PK_LANES) {
      v = PK_LOAD(x + c) - shift;
      pk_exp_lanes(&v);
      PK_STORE(dx + c, v * scale);
    }
    if (c < classes) {
      pk_load_some(x + c, classes - c, 0, &v);
      v = v - shift;
      pk_exp_lanes(&v);
      v = v * scale;
      pk_store_some(dx + c, classes - c, &v);
    }
    if (labels[row] < 0 || labels[row] >= classes)
      status = PK_OUT_OF_RANGE;
    else
      dx[labels[row]] -= scale;
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
  long correct = 0;
  for (long r = 0; r < rows; r++) {
    const float *x = logits + r * classes;
    const long label = labels[r];
    if (label < 0 || label >= classes || x[0] != x[0] || x[label] != largest(x, classes)) continue;
    long first = 0;
    while (x[first] != x[label]) first++;
    correct += first == label;
  }
  return correct;
}
