// Layer norm over the last axis: forward, input gradient, gradients of gamma and beta.
// With z = (x - mean) * rstd: y = z * gamma + beta.
#include "CKernels.h"
#include "vector.h"

// Sum over a row of x - shift (`squares` = 0) or of its square (1).
PK_INLINE float row_sum(const float *x, float shift, long n, int squares) {
  f32x16 sum[2] = {PK_SPLAT(0.0f), PK_SPLAT(0.0f)};
  long i = 0;
  for (; i + 2 * PK_LANES <= n; i += 2 * PK_LANES)
    PK_UNROLL for (int k = 0; k < 2; k++) {
      f32x16 v = PK_LOAD(x + i + k * PK_LANES) - shift;
      sum[k] += squares ? v * v : v;
    }
  for (; i < n; i += PK_LANES) {
    f32x16 v;
    if (n - i >= PK_LANES)
      v = PK_LOAD(x + i);
    else
      pk_load_rest(x, i, n, shift, &v);
    v = v - shift;
    sum[0] += squares ? v * v : v;
  }
  sum[0] += sum[1];
  return pk_sum_lanes(&sum[0]);
}

PK_KERNEL void pk_layer_norm(
    const float *x, const float *gamma, const float *beta, float eps, long rows, long n, float *y,
    float *mean, float *rstd) {
  for (long r = 0; r < rows; r++) {
    const float *from = x + r * n;
    float *to = y + r * n;
    float m = row_sum(from, 0, n, 0) / (float)n;
    float s = 1.0f / __builtin_sqrtf(row_sum(from, m, n, 1) / (float)n + eps);
    mean[r] = m;
    rstd[r] = s;
    PK_LOOP for (long i = 0; i < n; i++) to[i] = (from[i] - m) * s * gamma[i] + beta[i];
  }
}

// dx = rstd (g - mean(g) - z mean(g z)) with g = dy gamma.
PK_KERNEL void pk_layer_norm_input_gradient(
    const float *x, const float *gamma, const float *mean, const float *rstd, const float *dy,
    long rows, long n, float *dx) {
  for (long r = 0; r < rows; r++) {
    const float *a = x + r * n, *d = dy + r * n;
    float *to = dx + r * n, m = mean[r], s = rstd[r];
    f32x16 plain = PK_SPLAT(0.0f), weighted = PK_SPLAT(0.0f);
    long i = 0;
    for (; i + PK_LANES <= n; i += PK_LANES) {
      f32x16 g = PK_LOAD(d + i) * PK_LOAD(gamma + i);
      plain += g;
      weighted += g * (PK_LOAD(a + i) - m);
    }
    if (i < n) {
      f32x16 g, u, v;
      pk_load_some(d + i, n - i, 0, &g);
      pk_load_some(gamma + i, n - i, 0, &u);
      pk_load_some(a + i, n - i, m, &v);
      g = g * u;
      plain += g;
      weighted += g * (v - m);
    }
    float p = pk_sum_lanes(&plain) / (float)n, w = pk_sum_lanes(&weighted) * s * s / (float)n;
    PK_LOOP for (long j = 0; j < n; j++) to[j] = s * (d[j] * gamma[j] - p - (a[j] - m) * w);
  }
}

#define ROW_BLOCK 64  // rows summed before they join the total

// Gradients of `vectors` times 16 columns from column c on.
PK_INLINE void parameter_columns(
    const float *x, const float *mean, const float *rstd, const float *dy, long rows, long n,
    long c, int accumulate, float *dgamma, float *dbeta, int vectors) {
  f32x16 scale[4], shift[4];
  PK_UNROLL for (int v = 0; v < vectors; v++) scale[v] = shift[v] = PK_SPLAT(0.0f);
  for (long r = 0; r < rows;) {
    long end = r + ROW_BLOCK < rows ? r + ROW_BLOCK : rows;
    f32x16 a[4], b[4];
    PK_UNROLL for (int v = 0; v < vectors; v++) a[v] = b[v] = PK_SPLAT(0.0f);
    for (; r < end; r++)
      PK_UNROLL for (int v = 0; v < vectors; v++) {
        f32x16 d = PK_LOAD(dy + r * n + c + v * PK_LANES);
        a[v] += d * ((PK_LOAD(x + r * n + c + v * PK_LANES) - mean[r]) * rstd[r]);
        b[v] += d;
      }
    PK_UNROLL for (int v = 0; v < vectors; v++) scale[v] += a[v], shift[v] += b[v];
  }
  PK_UNROLL for (int v = 0; v < vectors; v++) {
    float *to_gamma = dgamma + c + v * PK_LANES, *to_beta = dbeta + c + v * PK_LANES;
    if (accumulate) scale[v] += PK_LOAD(to_gamma), shift[v] += PK_LOAD(to_beta);
    PK_STORE(to_gamma, scale[v]);
    PK_STORE(to_beta, shift[v]);
  }
}

PK_KERNEL void pk_layer_norm_parameter_gradient(
    const float *x, const float *mean, const float *rstd, const float *dy, long rows, long n,
    int accumulate, float *dgamma, float *dbeta) {
  long c = 0;
  for (; c + 4 * PK_LANES <= n; c += 4 * PK_LANES)
    parameter_columns(x, mean, rstd, dy, rows, n, c, accumulate, dgamma, dbeta, 4);
  for (; c + PK_LANES <= n; c += PK_LANES)
    parameter_columns(x, mean, rstd, dy, rows, n, c, accumulate, dgamma, dbeta, 1);
  for (; c < n; c++) {
    float scale = 0, shift = 0;
    for (long r = 0; r < rows;) {
      long end = r + ROW_BLOCK < rows ? r + ROW_BLOCK : rows;
      float a = 0, b = 0;
      for (; r < end; r++) {
        float d = dy[r * n + c];
        a += d * ((x[r * n + c] - mean[r]) * rstd[r]);
        b += d;
      }
      scale += a, shift += b;
    }
    dgamma[c] = accumulate ? dgamma[c] + scale : scale;
    dbeta[c] = accumulate ? dbeta[c] + shift : shift;
  }
}
