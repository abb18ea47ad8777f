// Rows of a table by number: embedding, its gradient, and bytes turned into floats.
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

void pk_bytes_to_floats(const uint8_t *bytes, const float table[256], float *y, long n) {
  for (long i = 0; i < n; i++) y[i] = table[bytes[i]];
}

int pk_gather_bytes(
    const uint8_t *items, long item_count, long item_size, const int32_t *ids, long count,
    const float table[256], float *y) {
  if (!all_within(ids, count, item_count)) return PK_OUT_OF_RANGE;
  for (long i = 0; i < count; i++)
    pk_bytes_to_floats(items + ids[i] * item_size, table, y + i * item_size, item_size);
  return PK_OK;
}
