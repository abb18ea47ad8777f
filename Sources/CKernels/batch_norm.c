// Batch norm of n x [channels, pixels]: each channel over all samples and pixels of a microbatch.
// With z = (x - mean) * rstd: y = z * gamma + beta.
//
// A channel's N = samples x pixels values are summed in runs of at most 256, in Float32 by lanes; the
// runs' sums are added in Float64, in the order of the samples. Without pixels a channel is a column,
// and sixteen of them are summed side by side in Float64.
#include "CKernels.h"
#include "vector.h"

#define RUN (16 * PK_LANES)  // values summed before they join the total

// What is summed: x - shift, its square, y, or y (x - shift).
typedef enum { PLAIN, SQUARES, OTHER, PRODUCTS } summand;

PK_INLINE void term(summand what, const f32x16 *x, const f32x16 *y, const f32x16 *shift, f32x16 *t) {
  switch (what) {
    case PLAIN: *t = *x - *shift; break;
    case SQUARES: *t = (*x - *shift) * (*x - *shift); break;
    case OTHER: *t = *y; break;
    case PRODUCTS: *t = *y * (*x - *shift); break;
  }
}

// The sum over one plane. Lanes beyond its end hold x = shift and y = 0.
PK_INLINE double sum_plane(summand what, const float *x, const float *y, float shift, long pixels) {
  const f32x16 middle = PK_SPLAT(shift);
  double total = 0;
  for (long p = 0; p < pixels;) {
    long end = p + RUN < pixels ? p + RUN : pixels;
    f32x16 sum = PK_SPLAT(0.0f), a, b = PK_SPLAT(0.0f), t;
    for (; p + PK_LANES <= end; p += PK_LANES) {
      a = PK_LOAD(x + p);
      if (what >= OTHER) b = PK_LOAD(y + p);
      term(what, &a, &b, &middle, &t);
      sum += t;
    }
    if (p < end) {
      pk_load_rest(x, p, end, shift, &a);
      if (what >= OTHER) pk_load_rest(y, p, end, 0, &b);
      term(what, &a, &b, &middle, &t);
      sum += t;
      p = end;
    }
    total += (double)pk_sum_lanes(&sum);
  }
  return total;
}

// The sum over channel c.
PK_INLINE double sum_channel(
    summand what, const float *x, const float *y, float shift, long samples, long channels,
    long pixels, long c) {
  double total = 0;
  for (long s = 0; s < samples; s++) {
    long at = (s * channels + c) * pixels;
    total += sum_plane(what, x + at, y ? y + at : 0, shift, pixels);
  }
  return total;
}

// Sixteen columns at once where there are no pixels.
#define PK_COLUMNS(c, channels) \
  for (long c = 0, count; count = channels - c < PK_LANES ? channels - c : PK_LANES, c < channels; \
       c += PK_LANES)

PK_INLINE void load_columns(const float *from, long count, f32x16 *v) {
  if (count == PK_LANES)
    *v = PK_LOAD(from);
  else
    pk_load_some(from, count, 0, v);
}

PK_INLINE void store_columns(float *to, const f32x16 *v, long count) {
  if (count == PK_LANES)
    PK_STORE(to, *v);
  else
    pk_store_some(to, count, v);
}

// The sums over `count` (at most 16) columns that begin at x, and at y.
PK_INLINE void sum_columns(
    summand what, const float *x, const float *y, const f32x16 *shift, long rows, long stride,
    long count, f64x16 *total) {
  *total = (f64x16){0};
  for (long r = 0; r < rows; r++) {
    f32x16 a, b = PK_SPLAT(0.0f), t;
    load_columns(x + r * stride, count, &a);
    if (what >= OTHER) load_columns(y + r * stride, count, &b);
    term(what, &a, &b, shift, &t);
    *total += __builtin_convertvector(t, f64x16);
  }
}

// mean[0 ... channels - 1] and variance alike, of the first sample's entries.
PK_INLINE void statistics(
    const float *x, long samples, long channels, long pixels, float *mean, float *variance) {
  const double n = (double)samples * (double)pixels;
  if (pixels == 1) {
    PK_COLUMNS(c, channels) {
      f32x16 none = PK_SPLAT(0.0f), m, v;
      f64x16 total;
      sum_columns(PLAIN, x + c, 0, &none, samples, channels, count, &total);
      m = __builtin_convertvector(total / n, f32x16);
      sum_columns(SQUARES, x + c, 0, &m, samples, channels, count, &total);
      v = __builtin_convertvector(total / n, f32x16);
      store_columns(mean + c, &m, count);
      store_columns(variance + c, &v, count);
    }
    return;
  }
  for (long c = 0; c < channels; c++) {
    float m = (float)(sum_channel(PLAIN, x, 0, 0, samples, channels, pixels, c) / n);
    mean[c] = m;
    variance[c] = (float)(sum_channel(SQUARES, x, 0, m, samples, channels, pixels, c) / n);
  }
}

PK_INLINE float reciprocal_deviation(float variance, float eps) {
  return 1.0f / __builtin_sqrtf(variance + eps);
}

// v = 1 / sqrt(v + eps).
PK_INLINE void reciprocal_deviations(f32x16 *v, float eps) {
  *v = *v + eps;
  pk_sqrt_lanes(v);
  *v = 1.0f / *v;
}

PK_KERNEL void pk_batch_norm_by(
    const float *x, const float *gamma, const float *beta, const float *mean,
    const float *variance, float eps, long samples, long channels, long pixels, float *y) {
  if (pixels == 1) {
    PK_COLUMNS(c, channels) {
      f32x16 m, r, g, b, a;
      pk_load_some(mean + c, count, 0, &m);
      pk_load_some(variance + c, count, 0, &r);
      pk_load_some(gamma + c, count, 0, &g);
      pk_load_some(beta + c, count, 0, &b);
      reciprocal_deviations(&r, eps);
      for (long s = 0; s < samples; s++) {
        load_columns(x + s * channels + c, count, &a);
        a = (a - m) * r * g + b;
        store_columns(y + s * channels + c, &a, count);
      }
    }
    return;
  }
  for (long s = 0; s < samples; s++)
    for (long c = 0; c < channels; c++) {
      const float *from = x + (s * channels + c) * pixels;
      float *to = y + (s * channels + c) * pixels;
      float m = mean[c], r = reciprocal_deviation(variance[c], eps), g = gamma[c], b = beta[c];
      PK_LOOP for (long p = 0; p < pixels; p++) to[p] = (from[p] - m) * r * g + b;
    }
}

PK_KERNEL void pk_batch_norm(
    const float *x, const float *gamma, const float *beta, float eps, long samples, long channels,
    long pixels, float *y, float *mean, float *variance) {
  if (samples == 0) return;
  statistics(x, samples, channels, pixels, mean, variance);
  for (long s = 1; s < samples; s++) {
    memcpy(mean + s * channels, mean, (size_t)channels * sizeof(float));
    memcpy(variance + s * channels, variance, (size_t)channels * sizeof(float));
  }
  pk_batch_norm_by(x, gamma, beta, mean, variance, eps, samples, channels, pixels, y);
}

// dx = gamma rstd (dy - mean(dy) - z mean(dy z)).
PK_KERNEL void pk_batch_norm_input_gradient(
    const float *x, const float *gamma, const float *mean, const float *variance, const float *dy,
    float eps, long samples, long channels, long pixels, float *dx) {
  if (samples == 0) return;
  const double n = (double)samples * (double)pixels;
  if (pixels == 1) {
    PK_COLUMNS(c, channels) {
      f32x16 m, r, g;
      pk_load_some(mean + c, count, 0, &m);
      pk_load_some(variance + c, count, 0, &r);
      pk_load_some(gamma + c, count, 0, &g);
      reciprocal_deviations(&r, eps);
      f64x16 total;
      sum_columns(OTHER, x + c, dy + c, &m, samples, channels, count, &total);
      f32x16 plain = __builtin_convertvector(total / n, f32x16);
      sum_columns(PRODUCTS, x + c, dy + c, &m, samples, channels, count, &total);
      f32x16 slope = __builtin_convertvector(total / n, f32x16) * r * r;
      for (long s = 0; s < samples; s++) {
        f32x16 a, d;
        load_columns(x + s * channels + c, count, &a);
        load_columns(dy + s * channels + c, count, &d);
        d = g * r * (d - plain - (a - m) * slope);
        store_columns(dx + s * channels + c, &d, count);
      }
    }
    return;
  }
  for (long c = 0; c < channels; c++) {
    float m = mean[c], r = reciprocal_deviation(variance[c], eps), f = gamma[c] * r;
    float plain = (float)(sum_channel(OTHER, x, dy, m, samples, channels, pixels, c) / n);
    float slope =
        (float)(sum_channel(PRODUCTS, x, dy, m, samples, channels, pixels, c) / n) * r * r;
    for (long s = 0; s < samples; s++) {
      long at = (s * channels + c) * pixels;
      const float *a = x + at, *d = dy + at;
      float *to = dx + at;
      PK_LOOP for (long p = 0; p < pixels; p++) to[p] = f * (d[p] - plain - (a[p] - m) * slope);
    }
  }
}

PK_KERNEL void pk_batch_norm_scale_gradient(
    const float *x, const float *mean, const float *variance, const float *dy, float eps,
    long samples, long channels, long pixels, int accumulate, float *dgamma) {
  if (samples == 0) {
    if (!accumulate) memset(dgamma, 0, (size_t)channels * sizeof(float));
    return;
  }
  if (pixels == 1) {
    PK_COLUMNS(c, channels) {
      f32x16 m, r, old;
      pk_load_some(mean + c, count, 0, &m);
      pk_load_some(variance + c, count, 0, &r);
      f64x16 total;
      sum_columns(PRODUCTS, x + c, dy + c, &m, samples, channels, count, &total);
      reciprocal_deviations(&r, eps);
      f32x16 sum = __builtin_convertvector(total, f32x16) * r;
      if (accumulate) {
        pk_load_some(dgamma + c, count, 0, &old);
        sum = old + sum;
      }
      store_columns(dgamma + c, &sum, count);
    }
    return;
  }
  for (long c = 0; c < channels; c++) {
    float sum = (float)sum_channel(PRODUCTS, x, dy, mean[c], samples, channels, pixels, c) *
                reciprocal_deviation(variance[c], eps);
    dgamma[c] = accumulate ? dgamma[c] + sum : sum;
  }
}

void pk_running_share(
    const float *statistic, const float *weight, double factor, long samples, long channels,
    int accumulate, float *y) {
  for (long c = 0; c < channels; c++) {
    double sum = 0;
    for (long s = 0; s < samples; s++) sum += (double)statistic[s * channels + c] * weight[s];
    float share = (float)(sum * factor);
    y[c] = accumulate ? y[c] + share : share;
  }
}
