// Copies that reorder the axes of a tensor.
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
