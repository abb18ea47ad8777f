// Average and maximum pooling of planes (samples x channels of height x width), forward and
// gradient. Windows may reach into the padding; averages count it (PyTorch's default).
#include <math.h>

#include "CKernels.h"
#include "vector.h"

// The part of window number o that lies on the image: first inclusive, last exclusive.
typedef struct {
  long first, last;
} span;

PK_INLINE span window(long o, long kernel, long stride, long padding, long size) {
  long from = o * stride - padding, to = from + kernel;
  return (span){from < 0 ? 0 : from, to > size ? size : to};
}

// Kernel and stride 2 without padding, the common case, as vector loops; same sums, same order.
PK_INLINE int is_halving(const pk_pooling *p) {
  return p->kernel_h == 2 && p->kernel_w == 2 && p->stride_h == 2 && p->stride_w == 2 &&
         p->padding_top == 0 && p->padding_left == 0 && 2 * p->out_h <= p->height &&
         2 * p->out_w <= p->width;
}

// The cells along one axis that an average counts in the window number o.
PK_INLINE long counted(
    long o, long kernel, long stride, long before, long after, long size, span inside,
    int count_padding) {
  long from = o * stride - before, to = from + kernel;
  if (!count_padding) return inside.last - inside.first;
  return (to > size + after ? size + after : to) - from;
}

// One over the cells that the average counts in a window.
PK_INLINE float share_of(const pk_pooling *p, long oh, long ow, span h, span w) {
  return 1.0f / (float)(counted(oh, p->kernel_h, p->stride_h, p->padding_top, p->padding_bottom,
                                p->height, h, p->count_padding) *
                        counted(ow, p->kernel_w, p->stride_w, p->padding_left, p->padding_right,
                                p->width, w, p->count_padding));
}

PK_INLINE void halve_plane(const pk_pooling *p, const float *x, float *y) {
  for (long oh = 0; oh < p->out_h; oh++) {
    const float *a = x + 2 * oh * p->width, *b = a + p->width;
    float *to = y + oh * p->out_w;
    PK_LOOP for (long ow = 0; ow < p->out_w; ow++)
      to[ow] = (a[2 * ow] + a[2 * ow + 1] + b[2 * ow] + b[2 * ow + 1]) * 0.25f;
  }
}

PK_KERNEL void pk_average_pool(const pk_pooling *p, const float *x, float *y) {
  for (long plane = 0; plane < p->planes; plane++) {
    const float *from = x + plane * p->height * p->width;
    float *to = y + plane * p->out_h * p->out_w;
    if (is_halving(p)) {
      halve_plane(p, from, to);
      continue;
    }
    for (long oh = 0; oh < p->out_h; oh++)
      for (long ow = 0; ow < p->out_w; ow++) {
        span h = window(oh, p->kernel_h, p->stride_h, p->padding_top, p->height);
        span w = window(ow, p->kernel_w, p->stride_w, p->padding_left, p->width);
        float sum = 0;
        for (long i = h.first; i < h.last; i++)
          for (long j = w.first; j < w.last; j++) sum += from[i * p->width + j];
        to[oh * p->out_w + ow] = sum * share_of(p, oh, ow, h, w);
      }
  }
}

PK_INLINE void double_plane(const pk_pooling *p, const float *dy, float *dx) {
  for (long oh = 0; oh < p->out_h; oh++) {
    const float *from = dy + oh * p->out_w;
    float *a = dx + 2 * oh * p->width, *b = a + p->width;
    PK_LOOP for (long ow = 0; ow < p->out_w; ow++) {
      float share = from[ow] * 0.25f;
      a[2 * ow] = share;
      a[2 * ow + 1] = share;
      b[2 * ow] = share;
      b[2 * ow + 1] = share;
    }
    if (p->width % 2) a[p->width - 1] = b[p->width - 1] = 0;
  }
  if (p->height % 2)
    for (long w = 0; w < p->width; w++) dx[(p->height - 1) * p->width + w] = 0;
}

PK_KERNEL void pk_average_pool_gradient(const pk_pooling *p, const float *dy, float *dx) {
  for (long plane = 0; plane < p->planes; plane++) {
    const float *from = dy + plane * p->out_h * p->out_w;
    float *to = dx + plane * p->height * p->width;
    if (is_halving(p)) {
      double_plane(p, from, to);
      continue;
    }
    for (long i = 0; i < p->height * p->width; i++) to[i] = 0;
    for (long oh = 0; oh < p->out_h; oh++)
      for (long ow = 0; ow < p->out_w; ow++) {
        span h = window(oh, p->kernel_h, p->stride_h, p->padding_top, p->height);
        span w = window(ow, p->kernel_w, p->stride_w, p->padding_left, p->width);
        float share = from[oh * p->out_w + ow] * share_of(p, oh, ow, h, w);
        for (long i = h.first; i < h.last; i++)
          for (long j = w.first; j < w.last; j++) to[i * p->width + j] += share;
      }
  }
}

PK_INLINE void halve_plane_by_maximum(
    const pk_pooling *p, const float *x, float *y, int32_t *index) {
  for (long oh = 0; oh < p->out_h; oh++) {
    const int32_t first = (int32_t)(2 * oh * p->width), down = (int32_t)p->width;
    const float *a = x + first, *b = a + down;
    PK_LOOP for (long ow = 0; ow < p->out_w; ow++) {
      const int32_t at = first + 2 * (int32_t)ow;
      float most = a[2 * ow], v = a[2 * ow + 1];
      int32_t best = at;
      best = v > most || v != v ? at + 1 : best;
      most = v > most || v != v ? v : most;
      v = b[2 * ow];
      best = v > most || v != v ? at + down : best;
      most = v > most || v != v ? v : most;
      v = b[2 * ow + 1];
      best = v > most || v != v ? at + down + 1 : best;
      most = v > most || v != v ? v : most;
      y[oh * p->out_w + ow] = most;
      index[oh * p->out_w + ow] = best;
    }
  }
}

PK_KERNEL void pk_max_pool(const pk_pooling *p, const float *x, float *y, int32_t *index) {
  for (long plane = 0; plane < p->planes; plane++) {
    const float *from = x + plane * p->height * p->width;
    const long first_out = plane * p->out_h * p->out_w;
    if (is_halving(p)) {
      halve_plane_by_maximum(p, from, y + first_out, index + first_out);
      continue;
    }
    for (long oh = 0; oh < p->out_h; oh++)
      for (long ow = 0; ow < p->out_w; ow++) {
        span h = window(oh, p->kernel_h, p->stride_h, p->padding_top, p->height);
        span w = window(ow, p->kernel_w, p->stride_w, p->padding_left, p->width);
        long best = h.first * p->width + w.first;
        float most = -INFINITY;
        for (long i = h.first; i < h.last; i++)
          for (long j = w.first; j < w.last; j++) {
            float v = from[i * p->width + j];
            int larger = v > most || v != v;
            best = larger ? i * p->width + j : best;
            most = larger ? v : most;
          }
        long at = first_out + oh * p->out_w + ow;
        y[at] = most;
        index[at] = (int32_t)best;
      }
  }
}

PK_KERNEL void pk_max_pool_gradient(
    const pk_pooling *p, const int32_t *index, const float *dy, float *dx) {
  for (long plane = 0; plane < p->planes; plane++) {
    const float *from = dy + plane * p->out_h * p->out_w;
    const int32_t *at = index + plane * p->out_h * p->out_w;
    float *to = dx + plane * p->height * p->width;
    for (long i = 0; i < p->height * p->width; i++) to[i] = 0;
    for (long o = 0; o < p->out_h * p->out_w; o++) to[at[o]] += from[o];
  }
}

PK_KERNEL void pk_max_pool_gather(
    const pk_pooling *p, const int32_t *index, const float *x, float *y) {
  for (long plane = 0; plane < p->planes; plane++) {
    const float *from = x + plane * p->height * p->width;
    const int32_t *at = index + plane * p->out_h * p->out_w;
    float *to = y + plane * p->out_h * p->out_w;
    for (long o = 0; o < p->out_h * p->out_w; o++) to[o] = from[at[o]];
  }
}
