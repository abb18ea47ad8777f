// Copies that reorder, cut, repeat or place the axes of a tensor.
#include "CKernels.h"
#include "vector.h"

PK_KERNEL int pk_permute(int rank, const long *shape, const int *axes, const float *x, float *y) {
  if (rank < 1 || rank > 4) return PK_BAD_AXES;
  long in_stride[4], size[4] = {1, 1, 1, 1}, step[4] = {0, 0, 0, 0};
  int seen = 0;
  for (int a = rank - 1; a >= 0; a--)
    in_stride[a] = a == rank - 1 ? 1 : in_stride[a + 1] * shape[a + 1];
  for (int a = 0; a < rank; a++) {
    if (axes[a] < 0 || axes[a] >= rank || (seen >> axes[a] & 1)) return PK_BAD_AXES;
    seen |= 1 << axes[a];
    size[4 - rank + a] = shape[axes[a]];
    step[4 - rank + a] = in_stride[axes[a]];
  }
  for (long i = 0; i < size[0]; i++)
    for (long j = 0; j < size[1]; j++)
      for (long k = 0; k < size[2]; k++) {
        const float *from = x + i * step[0] + j * step[1] + k * step[2];
        if (step[3] == 1)
          memcpy(y, from, (size_t)size[3] * sizeof(float));
        else
          for (long l = 0; l < size[3]; l++) y[l] = from[l * step[3]];
        y += size[3];
      }
  return PK_OK;
}

PK_KERNEL void pk_copy_strided(
    int rank, const long *extents, const long *x_steps, const long *y_steps, const float *x,
    float *y) {
  long at[PK_MAX_AXES] = {0}, rows = 1;
  for (int axis = 0; axis < rank - 1; axis++) rows *= extents[axis];
  const long n = extents[rank - 1], x_step = x_steps[rank - 1], y_step = y_steps[rank - 1];
  for (long row = 0; row < rows; row++) {
    if (x_step == 1 && y_step == 1) {
      memcpy(y, x, (size_t)n * sizeof(float));
    } else if (x_step == 0 && y_step == 1) {
      const float value = n > 0 ? *x : 0;
      for (long i = 0; i < n; i++) y[i] = value;
    } else {
      for (long i = 0; i < n; i++) y[i * y_step] = x[i * x_step];
    }
    for (int axis = rank - 2; axis >= 0; axis--) {
      x += x_steps[axis];
      y += y_steps[axis];
      if (++at[axis] < extents[axis]) break;
      x -= x_steps[axis] * extents[axis];
      y -= y_steps[axis] * extents[axis];
      at[axis] = 0;
    }
  }
}
