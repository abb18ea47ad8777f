// Convolution of images with few channels, of which blocks of sixteen would be half empty: vectors go along
// an image's pixels, which are spread out before.
#include "CKernels.h"
#include "spread.h"
#include "vector.h"

enum { WIDE = 3 };  // vectors of pixels, or weights, beside up to eight channels in registers

// s[rows][vectors] = sum over k < depth of a[r row_step + k a_step] * b[places[k] + column]; without places
// b[k b_step + column].
PK_INLINE void tile(
    const float *a, long row_step, long a_step, const float *b, const int32_t *places, long b_step,
    long depth, int rows, int vectors, f32x16 *s) {
  PK_UNROLL for (int i = 0; i < rows * vectors; i++) s[i] = PK_SPLAT(0.0f);
  for (long k = 0; k < depth; k++) {
    const float *from = b + (places ? places[k] : k * b_step);
    f32x16 line[WIDE];
    PK_UNROLL for (int v = 0; v < vectors; v++) line[v] = PK_LOAD(from + v * PK_LANES);
    PK_UNROLL for (int r = 0; r < rows; r++)
      PK_UNROLL for (int v = 0; v < vectors; v++)
        s[r * vectors + v] += line[v] * a[r * row_step + k * a_step];
  }
}

// Some channels of one image's result.
PK_INLINE void forward_rows(
    const float *w, const float *bias, const float *x, const int32_t *places, long depth,
    long pixels, int rows, float *y) {
  f32x16 s[8 * WIDE];
  long at = 0;
  for (; at + WIDE * PK_LANES <= pixels; at += WIDE * PK_LANES) {
    tile(w, depth, 1, x + at, places, 0, depth, rows, WIDE, s);
    PK_UNROLL for (int r = 0; r < rows; r++)
      PK_UNROLL for (int v = 0; v < WIDE; v++)
        PK_STORE(y + r * pixels + at + v * PK_LANES, s[r * WIDE + v] + (bias ? bias[r] : 0));
  }
  for (; at < pixels; at += PK_LANES) {
    // The last vector ends with the image: some pixels are worked out twice.
    const long from = at + PK_LANES <= pixels ? at : pixels < PK_LANES ? 0 : pixels - PK_LANES;
    tile(w, depth, 1, x + from, places, 0, depth, rows, 1, s);
    PK_UNROLL for (int r = 0; r < rows; r++) {
      const f32x16 value = s[r] + (bias ? bias[r] : 0);
      if (pixels < PK_LANES)
        pk_store_some(y + r * pixels, pixels, &value);
      else
        PK_STORE(y + r * pixels + from, value);
    }
  }
}

// Adds `vectors` vectors of some input channels' share of one column and row of the kernel.
PK_INLINE void input_tile(
    const shape *s, const float *w, const float *dy, int rows, int vectors, float *dx) {
  const long window = s->kernel_h * s->kernel_w, row = s->kernel_w * rows_in(s) * columns_out(s);
  f32x16 sums[8 * WIDE];
  tile(w, window, depth_of(s), dy, 0, whole_pixels(s), s->out, rows, vectors, sums);
  PK_UNROLL for (int r = 0; r < rows; r++)
    PK_UNROLL for (int v = 0; v < vectors; v++) {
      float *to = dx + r * row + v * PK_LANES;
      PK_STORE(to, PK_LOAD(to) + sums[r * vectors + v]);
    }
}

PK_INLINE void input_rows(
    const shape *s, const float *w, const float *dy, int rows, float *dx) {
  long at = 0;
  for (; at + WIDE * PK_LANES <= whole_pixels(s); at += WIDE * PK_LANES)
    input_tile(s, w, dy + at, rows, WIDE, dx + at);
  for (; at < whole_pixels(s); at += PK_LANES) input_tile(s, w, dy + at, rows, 1, dx + at);
}

// Adds some output channels' and some weights' products of all pixels to sums by lane, and asks for what
// lies ahead meanwhile.
PK_INLINE void weight_rows(
    const shape *shape, long images, const float *dy, const float *x, const int32_t *places,
    int rows, int weights, float *sums, const float *ahead) {
  const long row = whole_pixels(shape), depth = depth_of(shape);
  f32x16 s[8 * WIDE];
  const float *to[WIDE];
  PK_UNROLL for (int r = 0; r < rows; r++)
    PK_UNROLL for (int k = 0; k < weights; k++)
      s[r * weights + k] = PK_LOAD(sums + (r * depth + k) * PK_LANES);
  PK_UNROLL for (int k = 0; k < weights; k++) to[k] = x + places[k];
  for (long n = 0; n < images; n++) {
    for (long at = 0; at < row; at += PK_LANES) {
      f32x16 line[WIDE];
      __builtin_prefetch(ahead + at, 0, 2);
      PK_UNROLL for (int k = 0; k < weights; k++) line[k] = PK_LOAD(to[k] + at);
      PK_UNROLL for (int r = 0; r < rows; r++) {
        const f32x16 g = PK_LOAD(dy + r * row + at);
        PK_UNROLL for (int k = 0; k < weights; k++) s[r * weights + k] += g * line[k];
      }
    }
    dy += shape->out * row;
    ahead += row;
    PK_UNROLL for (int k = 0; k < weights; k++) to[k] += spread_size(shape);
  }
  PK_UNROLL for (int r = 0; r < rows; r++)
    PK_UNROLL for (int k = 0; k < weights; k++)
      PK_STORE(sums + (r * depth + k) * PK_LANES, s[r * weights + k]);
}

// Does BODY for blocks of channels: `rows` is known to the compiler.
#define ONE_BLOCK(count, BODY) \
  {                            \
    enum { rows = count };     \
    BODY;                      \
    c += rows;                 \
  }
#define FOR_BLOCKS(channels, BODY)    \
  for (long c = 0; c < (channels);) { \
    if ((channels) - c >= 8)          \
      ONE_BLOCK(8, BODY)              \
    else if ((channels) - c >= 6)     \
      ONE_BLOCK(6, BODY)              \
    else if ((channels) - c >= 4)     \
      ONE_BLOCK(4, BODY)              \
    else                              \
      ONE_BLOCK(1, BODY)              \
  }

// Images whose products are summed while sums stay in registers: as many as eight channels of fit a cache.
PK_INLINE long images_at_once(const shape *s) {
  const long count = (32 << 10) / (8 * pixels_out(s) * (long)sizeof(float));
  return count < 1 ? 1 : count > 8 ? 8 : count;
}

// The workspace's parts; where each begins, in floats.
enum { PLACES, IMAGE, SPREAD, WHOLE, SUMS, END };
PK_INLINE long begin(const shape *s, int part) {
  const long images = images_at_once(s), depth = depth_of(s);
  const long sizes[] = {
      whole_vectors(depth), padded_size(s), images * spread_size(s),
      images * s->out * whole_pixels(s), s->out * depth * PK_LANES};
  long at = 0;
  for (int i = 0; i < part; i++) at += sizes[i];
  return at;
}

typedef struct {
  int32_t *places;
  float *image, *spread, *whole, *sums;
} parts;

PK_INLINE parts parts_of(const shape *s, void *workspace) {
  float *f = workspace;
  return (parts){
      workspace, f + begin(s, IMAGE), f + begin(s, SPREAD), f + begin(s, WHOLE),
      f + begin(s, SUMS)};
}

size_t pk_convolution_workspace(const pk_convolution *s) {
  return (size_t)begin(s, END) * sizeof(float);
}

PK_KERNEL void pk_convolution_forward(
    const pk_convolution *s, const float *x, const float *w, const float *bias, float *y,
    void *workspace) {
  const parts p = parts_of(s, workspace);
  const long depth = depth_of(s), pixels = pixels_out(s), size = s->in * s->height * s->width;
  find_places(s, 0, p.places);
  memset(p.image, 0, (size_t)padded_size(s) * sizeof(float));
  for (long n = 0; n < s->samples; n++) {
    spread(s, x + n * size, p.image, p.spread);
    float *to = y + n * s->out * pixels;
    FOR_BLOCKS(
        s->out, forward_rows(
                    w + c * depth, bias ? bias + c : 0, p.spread, p.places, depth, pixels, rows,
                    to + c * pixels))
  }
}

PK_KERNEL void pk_convolution_input_gradient(
    const pk_convolution *s, const float *dy, const float *w, float *dx, void *workspace) {
  const parts p = parts_of(s, workspace);
  const long pixels = pixels_out(s), window = s->kernel_h * s->kernel_w;
  const long size = s->in * s->height * s->width, row = s->kernel_w * rows_in(s) * columns_out(s);
  find_places(s, 0, p.places);
  for (long n = 0; n < s->samples; n++) {
    const float *from = whole(s, dy + n * s->out * pixels, p.whole);
    memset(p.spread, 0, (size_t)spread_size(s) * sizeof(float));
    for (long k = 0; k < window; k++)
      FOR_BLOCKS(
          s->in,
          input_rows(s, w + c * window + k, from, rows, p.spread + c * row + p.places[k]))
    gather(s, p.spread, p.image, dx + n * size);
  }
}

PK_KERNEL void pk_convolution_weight_gradient(
    const pk_convolution *s, const float *dy, const float *x, int accumulate, float *dw,
    void *workspace) {
  const parts p = parts_of(s, workspace);
  const long depth = depth_of(s), pixels = pixels_out(s), size = s->in * s->height * s->width;
  const long most = images_at_once(s), row = whole_pixels(s);
  find_places(s, 1, p.places);
  memset(p.image, 0, (size_t)padded_size(s) * sizeof(float));
  memset(p.sums, 0, (size_t)(s->out * depth * PK_LANES) * sizeof(float));
  for (long n = 0; n < s->samples; n += most) {
    const long images = s->samples - n < most ? s->samples - n : most;
    const float *first = dy + n * s->out * pixels, *from = first;
    for (long i = 0; i < images; i++) {
      spread(s, x + (n + i) * size, p.image, p.spread + i * spread_size(s));
      if (row > pixels) whole(s, first + i * s->out * pixels, p.whole + i * s->out * row);
    }
    if (row > pixels) from = p.whole;
    const float *ahead = first + (n + images < s->samples ? images * s->out * pixels : 0);
    long asked = 0;
    FOR_BLOCKS(
        s->out, {
          float *sums = p.sums + c * depth * PK_LANES;
          long k = 0;
          for (; k + WIDE <= depth; k += WIDE)
            weight_rows(
                s, images, from + c * row, p.spread, p.places + k, rows, WIDE, sums + k * PK_LANES,
                ahead + asked++ % s->out * images * pixels);
          for (; k < depth; k++)
            weight_rows(
                s, images, from + c * row, p.spread, p.places + k, rows, 1, sums + k * PK_LANES,
                ahead);
        })
  }
  for (long c = 0; c < s->out * s->in; c++)
    for (long i = 0; i < s->kernel_h; i++)
      for (long j = 0; j < s->kernel_w; j++, dw++) {
        const f32x16 lane = PK_LOAD(
            p.sums + (c * s->kernel_h * s->kernel_w + j * s->kernel_h + i) * PK_LANES);
        *dw = accumulate ? *dw + pk_sum_lanes(&lane) : pk_sum_lanes(&lane);
      }
}
