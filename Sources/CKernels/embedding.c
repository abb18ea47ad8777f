// Rows of a table by number: embedding and its gradient.
#include "CKernels.h"
#include "vector.h"

static int all_within(const int32_t *ids, long count, long rows) {
  for (long i = 0; i < count; i++)
    if (ids[i] < 0 || ids[i] >= rows) return 0;
  return 1;
}

int pk_embedding(
    const int32_t *ids, const float *table, long count, long rows, long width, float *y) {
  if (!all_within(ids, count, rows)) return PK_OUT_OF_RANGE;
  for (long i = 0; i < count; i++)
    memcpy(y + i * width, table + ids[i] * width, (size_t)width * sizeof(float));
  return PK_OK;
}

PK_KERNEL int pk_embedding_gradient(
    const int32_t *ids, const float *dy, long count, long rows, long width, int accumulate,
    float *dtable) {
  if (!all_within(ids, count, rows)) return PK_OUT_OF_RANGE;
  if (!accumulate && rows * width > 0) memset(dtable, 0, (size_t)(rows * width) * sizeof(float));
  for (long i = 0; i < count; i++) {
    const float *from = dy + i * width;
    float *to = dtable + ids[i] * width;
    PK_LOOP for (long c = 0; c < width; c++) to[c] += from[c];
  }
  return PK_OK;
}
