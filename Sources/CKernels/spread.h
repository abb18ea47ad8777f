// Images spread out for a convolution of stride 1 and one group: for each column of the kernel the padded image,
// moved by that column, with as many columns as the result has. Then the pixels that meet one weight are
// consecutive.
#ifndef PK_SPREAD_H
#define PK_SPREAD_H

#include "CKernels.h"
#include "vector.h"

typedef pk_convolution shape;

PK_INLINE long rows_in(const shape *s) { return s->height + s->top + s->bottom; }
PK_INLINE long columns_in(const shape *s) { return s->width + s->left + s->right; }
PK_INLINE long rows_out(const shape *s) { return rows_in(s) - (s->kernel_h - 1) * s->dilation_h; }
PK_INLINE long columns_out(const shape *s) {
  return columns_in(s) - (s->kernel_w - 1) * s->dilation_w;
}
PK_INLINE long pixels_out(const shape *s) { return rows_out(s) * columns_out(s); }
PK_INLINE long depth_of(const shape *s) { return s->in * s->kernel_h * s->kernel_w; }
PK_INLINE long whole_vectors(long n) { return (n + PK_LANES - 1) / PK_LANES * PK_LANES; }
// Floats of one padded image, and of one spread out; the last vectors may begin in them.
PK_INLINE long padded_size(const shape *s) {
  return whole_vectors(s->in * rows_in(s) * columns_in(s)) + PK_LANES;
}
PK_INLINE long spread_size(const shape *s) {
  return whole_vectors(s->in * s->kernel_w * rows_in(s) * columns_out(s)) + PK_LANES;
}

// Where in a spread image the pixels of each weight begin; the weights in their order, or those of one column
// of the kernel together, whose pixels are the same but for a shift.
PK_INLINE void find_places(const shape *s, int by_column, int32_t *places) {
  for (long k = 0; k < depth_of(s); k++) {
    const long window = s->kernel_h * s->kernel_w, c = k / window, at = k % window;
    const long i = by_column ? at % s->kernel_h : at / s->kernel_w;
    const long j = by_column ? at / s->kernel_h : at % s->kernel_w;
    places[k] = (int32_t)(
        ((c * s->kernel_w + j) * rows_in(s) + i * s->dilation_h) * columns_out(s));
  }
}

// Spreads an image out by way of a padded one whose borders are zero.
PK_INLINE void spread(const shape *s, const float *x, float *image, float *out) {
  const long rows = rows_in(s), columns = columns_in(s), width = columns_out(s);
  memset(out + spread_size(s) - 2 * PK_LANES, 0, 2 * PK_LANES * sizeof(float));
  if (s->top | s->bottom | s->left | s->right)
    for (long c = 0; c < s->in; c++)
      for (long i = 0; i < s->height; i++)
        memcpy(
            image + (c * rows + i + s->top) * columns + s->left, x + (c * s->height + i) * s->width,
            (size_t)s->width * sizeof(float));
  else
    memcpy(image, x, (size_t)(s->in * s->height * s->width) * sizeof(float));
  for (long c = 0; c < s->in; c++)
    for (long j = 0; j < s->kernel_w; j++)
      for (long i = 0; i < rows; i++, out += width) {
        const float *from = image + (c * rows + i) * columns + j * s->dilation_w;
        // What is too much is written again by the next row.
        for (long k = 0; k < width; k += PK_LANES) PK_STORE(out + k, PK_LOAD(from + k));
      }
}

// The gradient of what `spread` does: adds up what came of each value.
PK_INLINE void gather(const shape *s, const float *out, float *image, float *dx) {
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const long rows = rows_in(s), columns = columns_in(s), width = columns_out(s);
  for (long c = 0; c < s->in; c++)
    for (long i = 0; i < rows; i++)
      for (long k = 0; k < columns; k += PK_LANES) {
        f32x16 sum = PK_SPLAT(0.0f);
        for (long j = 0; j < s->kernel_w; j++) {
          const long from = k - j * s->dilation_w;
          if (from <= -PK_LANES || from >= width) continue;
          // Lanes beside the row belong to others.
          const i32x16 column = lane + (int32_t)from;
          const f32x16 v = PK_LOAD(out + ((c * s->kernel_w + j) * rows + i) * width + from);
          sum += PK_SELECT((column >= 0) & (column < (int32_t)width), v, PK_SPLAT(0.0f));
        }
        PK_STORE(image + (c * rows + i) * columns + k, sum);
      }
  for (long c = 0; c < s->in; c++)
    for (long i = 0; i < s->height; i++)
      memcpy(
          dx + (c * s->height + i) * s->width, image + (c * rows + i + s->top) * columns + s->left,
          (size_t)s->width * sizeof(float));
}

// Pixels of a channel in whole vectors.
PK_INLINE long whole_pixels(const shape *s) { return whole_vectors(pixels_out(s)); }

// An image of the result, each channel in whole vectors with zeros at the end: as it is, or copied.
PK_INLINE const float *whole(const shape *s, const float *y, float *copy) {
  const long pixels = pixels_out(s), row = whole_pixels(s);
  if (pixels == row) return y;
  for (long c = 0; c < s->out; c++) {
    memcpy(copy + c * row, y + c * pixels, (size_t)pixels * sizeof(float));
    memset(copy + c * row + pixels, 0, (size_t)(row - pixels) * sizeof(float));
  }
  return copy;
}

#endif
