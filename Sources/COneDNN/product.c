// Plain matrix products through dnnl_sgemm.
#include "internal.h"

static void scale(float *c, long rows, long columns, long stride, float beta) {
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < columns; j++) c[i * stride + j] = beta == 0 ? 0 : c[i * stride + j] * beta;
}

int pd_matrix_product(const pd_product *p, const float *a, const float *b, float *c) {
  if (p->m < 0 || p->n < 0 || p->k < 0 || p->batch < 0) return PD_BAD_SHAPE;
  if (p->m == 0 || p->n == 0) return PD_OK;
  for (long i = 0; i < p->batch; i++) {
    float *to = c + i * p->c_stride;
    if (p->k == 0)
      scale(to, p->m, p->n, p->ldc, p->beta);
    else
      PD_TRY(dnnl_sgemm(
          p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', p->m, p->n, p->k, p->alpha,
          a + i * p->a_stride, p->lda, b + i * p->b_stride, p->ldb, p->beta, to, p->ldc));
  }
  return PD_OK;
}
