// Element by element over n values: the instructions of fused update programs, run over blocks
// that stay in the first-level cache.
#include "CKernels.h"
#include "vector.h"

PK_KERNEL void pk_add(const float *a, const float *b, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] + b[i];
}

PK_KERNEL void pk_multiply(const float *a, const float *b, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] * b[i];
}

PK_KERNEL void pk_scale(const float *a, float c, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] * c;
}

PK_KERNEL void pk_add_constant(const float *a, float c, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] + c;
}

PK_KERNEL void pk_axpy(float c, const float *x, const float *z, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = c * x[i] + z[i];
}

PK_KERNEL void pk_reciprocal(const float *a, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = 1 / a[i];
}

PK_KERNEL void pk_square_root(const float *a, float *y, long n) {
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) {
    f32x16 v = PK_LOAD(a + i);
    pk_sqrt_lanes(&v);
    PK_STORE(y + i, v);
  }
  for (; i < n; i++) y[i] = __builtin_sqrtf(a[i]);
}

void pk_copy(const float *a, float *y, long n) {
  if (n > 0 && a != y) memmove(y, a, (size_t)n * sizeof(float));
}

// Addresses of two operands, moved on along all axes but the innermost.
typedef struct {
  long at[PK_MAX_AXES];
  const float *a, *b;
} walk;

PK_INLINE void advance(
    walk *w, int rank, const long *extents, const long *a_steps, const long *b_steps) {
  for (int axis = rank - 2; axis >= 0; axis--) {
    w->a += a_steps[axis];
    w->b += b_steps[axis];
    if (++w->at[axis] < extents[axis]) return;
    w->a -= a_steps[axis] * extents[axis];
    w->b -= b_steps[axis] * extents[axis];
    w->at[axis] = 0;
  }
}

// y = a OP b over rows of n values whose neighbours lie `step_*` apart: 0 or 1 in all common cases.
#define PK_ROW(OP)                                                            \
  if (step_a == 1 && step_b == 1) {                                           \
    PK_LOOP for (long i = 0; i < n; i++) y[i] = w.a[i] OP w.b[i];             \
  } else if (step_a == 1 && step_b == 0) {                                    \
    const float b0 = *w.b;                                                    \
    PK_LOOP for (long i = 0; i < n; i++) y[i] = w.a[i] OP b0;                 \
  } else if (step_a == 0 && step_b == 1) {                                    \
    const float a0 = *w.a;                                                    \
    PK_LOOP for (long i = 0; i < n; i++) y[i] = a0 OP w.b[i];                 \
  } else {                                                                    \
    for (long i = 0; i < n; i++) y[i] = w.a[i * step_a] OP w.b[i * step_b];   \
  }

PK_INLINE long all_but_innermost(int rank, const long *extents) {
  long rows = 1;
  for (int axis = 0; axis < rank - 1; axis++) rows *= extents[axis];
  return rows;
}

#define PK_BROADCAST(OP)                                                      \
  const long rows = all_but_innermost(rank, extents), n = extents[rank - 1];  \
  const long step_a = a_steps[rank - 1], step_b = b_steps[rank - 1];          \
  walk w = {{0}, a, b};                                                       \
  for (long row = 0; row < rows; row++, y += n) {                             \
    PK_ROW(OP)                                                                \
    advance(&w, rank, extents, a_steps, b_steps);                             \
  }

PK_KERNEL void pk_add_broadcast(
    int rank, const long *extents, const long *a_steps, const long *b_steps, const float *a,
    const float *b, float *y) {
  PK_BROADCAST(+)
}

PK_KERNEL void pk_multiply_broadcast(
    int rank, const long *extents, const long *a_steps, const long *b_steps, const float *a,
    const float *b, float *y) {
  PK_BROADCAST(*)
}
