// The linear layer. Measured on the shapes of the peer's cases, the matmul primitive is the fastest
// but for few rows forward (it pads them) and for gradients with large weights, where `dnnl_sgemm`
// wins; inner_product with blocked weights never does, its reorder counted. Factors of bfloat16 go to the
// primitive where the processor multiplies them faster, else through pd_narrow_product.
#include "internal.h"

#define FEW_ROWS 16
#define LARGE_WEIGHTS (1L << 20)

struct pd_linear {
  pd_context *context;
  long rows, inputs, outputs;
  int parts, fused;
  int forward_is_product, gradients_are_products, widens;
  pd_operation forward, input, weight, weight_added;
};

// c[m][n] = a[m][k] b[k][n], each stored transposed where the flag says; `bias` over columns.
static int create_matmul(
    const pd_context *context, long m, long n, long k, int transpose_a, int transpose_b, int bias,
    dnnl_data_type_t element, int what, pd_operation *out) {
  const dnnl_dim_t a_size[2] = {m, k}, b_size[2] = {k, n}, c_size[2] = {m, n}, v_size[2] = {1, n};
  const dnnl_dim_t a_step[2] = {transpose_a ? 1 : k, transpose_a ? m : 1};
  const dnnl_dim_t b_step[2] = {transpose_b ? 1 : n, transpose_b ? k : 1};
  pd_description a = {0}, b = {0}, c = {0}, v = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  int status = pd_describe_strided(&a, 2, a_size, a_step, element);
  if (status == PD_OK) status = pd_describe_strided(&b, 2, b_size, b_step, element);
  if (status == PD_OK) status = pd_describe(&c, 2, c_size, dnnl_ab, dnnl_f32);
  if (status == PD_OK && bias) status = pd_describe(&v, 2, v_size, dnnl_ab, dnnl_f32);
  if (status == PD_OK) status = pd_attributes(what, &attributes);
  if (status == PD_OK) {
#if DNNL_VERSION_MAJOR >= 3
    status = (int)dnnl_matmul_primitive_desc_create(
        &description, context->engine, a.value, b.value, v.value, c.value, attributes);
#else
    dnnl_matmul_desc_t matmul;
    status = (int)dnnl_matmul_desc_init(
        &matmul, &a.value, &b.value, bias ? &v.value : NULL, &c.value);
    if (status == PD_OK)
      status = (int)dnnl_primitive_desc_create(
          &description, &matmul, attributes, context->engine, NULL);
#endif
  }
  if (status == PD_OK) status = pd_operation_create(context, description, out);
  if (status == PD_OK) status = pd_operation_argument(context, out, DNNL_ARG_SRC, pd_layout_of(&a));
  if (status == PD_OK)
    status = pd_operation_argument(context, out, DNNL_ARG_WEIGHTS, pd_layout_of(&b));
  if (status == PD_OK) status = pd_operation_argument(context, out, DNNL_ARG_DST, pd_layout_of(&c));
  if (status == PD_OK && bias)
    status = pd_operation_argument(context, out, DNNL_ARG_BIAS, pd_layout_of(&v));
  if (description) dnnl_primitive_desc_destroy(description);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  pd_forget(&a), pd_forget(&b), pd_forget(&c), pd_forget(&v);
  return status;
}

static int create_parts(pd_linear *l) {
  const long m = l->rows, k = l->inputs, n = l->outputs;
  const dnnl_data_type_t e = l->fused & PD_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
  if (m == 0 || k == 0 || n == 0 || l->widens) return PD_OK;
  if (l->parts & PD_FORWARD && !l->forward_is_product)
    PD_TRY(create_matmul(l->context, m, n, k, 0, 1, l->fused & PD_BIAS, e, 0, &l->forward));
  if (l->parts & PD_INPUT_GRADIENT && !l->gradients_are_products)
    PD_TRY(create_matmul(l->context, m, k, n, 0, 0, 0, e, 0, &l->input));
  if (l->parts & PD_WEIGHT_GRADIENT && !l->gradients_are_products) {
    PD_TRY(create_matmul(l->context, n, k, m, 1, 0, 0, e, 0, &l->weight));
    PD_TRY(create_matmul(l->context, n, k, m, 1, 0, 0, e, PD_ADD_TO_RESULT, &l->weight_added));
  }
  return PD_OK;
}

int pd_linear_create(
    pd_context *context, long rows, long inputs, long outputs, int parts, int fused,
    pd_linear **out) {
  *out = NULL;
  if (rows < 0 || inputs < 0 || outputs < 0) return PD_BAD_SHAPE;
  pd_linear *linear = calloc(1, sizeof *linear);
  if (!linear) return PD_NO_MEMORY;
  linear->context = context;
  linear->rows = rows;
  linear->inputs = inputs;
  linear->outputs = outputs;
  linear->parts = parts;
  linear->fused = fused;
  const int is_narrow = fused & PD_BFLOAT16;  // `dnnl_sgemm` can't take it
  const int is_empty = rows == 0 || inputs == 0 || outputs == 0;
  linear->widens = is_narrow && !is_empty && !pd_multiplies_bfloat16();
  linear->forward_is_product = (rows < FEW_ROWS && !is_narrow) || is_empty;
  linear->gradients_are_products = (inputs * outputs >= LARGE_WEIGHTS && !is_narrow) || is_empty;
  int status = create_parts(linear);
  if (status == PD_OK)
    *out = linear;
  else
    pd_linear_destroy(linear);
  return status;
}

void pd_linear_destroy(pd_linear *linear) {
  if (!linear) return;
  pd_operation_destroy(&linear->forward);
  pd_operation_destroy(&linear->input);
  pd_operation_destroy(&linear->weight);
  pd_operation_destroy(&linear->weight_added);
  free(linear);
}

size_t pd_linear_workspace(const pd_linear *l) {
  if (l->widens) {
    const long m = l->rows, k = l->inputs, n = l->outputs;
    const size_t forward = l->parts & PD_FORWARD ? pd_narrow_workspace(m, n, k) : 0;
    const size_t input = l->parts & PD_INPUT_GRADIENT ? pd_narrow_workspace(m, k, n) : 0;
    const size_t weight = l->parts & PD_WEIGHT_GRADIENT ? pd_narrow_workspace(n, k, m) : 0;
    return pd_larger(forward, pd_larger(input, weight));
  }
  return pd_larger(
      pd_larger(l->forward.scratchpad, l->input.scratchpad),
      pd_larger(l->weight.scratchpad, l->weight_added.scratchpad));
}

// Adds the bias and clamps, as asked.
static void finish(const pd_linear *l, const float *bias, int add_bias, float *y) {
  for (long r = 0; r < l->rows; r++) {
    float *row = y + r * l->outputs;
    if (add_bias)
      for (long c = 0; c < l->outputs; c++) row[c] += bias[c];
    if (l->fused & PD_RELU)
      for (long c = 0; c < l->outputs; c++) row[c] = row[c] < 0 ? 0 : row[c];
  }
}

int pd_linear_forward(
    pd_linear *l, const void *x, const void *w, const float *bias, float *y, void *workspace) {
  if (!(l->parts & PD_FORWARD)) return PD_NOT_ASKED;
  if (l->rows == 0 || l->outputs == 0) return PD_OK;
  if (l->widens) {
    PD_TRY(pd_narrow_product(l->rows, l->outputs, l->inputs, x, 0, w, 1, 0, y, workspace));
    finish(l, bias, l->fused & PD_BIAS, y);
    return PD_OK;
  }
  if (l->forward_is_product) {
    const pd_product p = {
        .m = l->rows, .n = l->outputs, .k = l->inputs, .transpose_b = 1, .lda = l->inputs,
        .ldb = l->inputs, .ldc = l->outputs, .alpha = 1, .batch = 1};
    PD_TRY(pd_matrix_product(&p, x, w, y));
    finish(l, bias, l->fused & PD_BIAS, y);
    return PD_OK;
  }
  void *const at[] = {(void *)x, (void *)w, y, (void *)bias};
  PD_TRY(pd_operation_run(l->context, &l->forward, at, workspace));
  finish(l, bias, 0, y);
  return PD_OK;
}

int pd_linear_input_gradient(
    pd_linear *l, const void *dy, const void *w, float *dx, void *workspace) {
  if (!(l->parts & PD_INPUT_GRADIENT)) return PD_NOT_ASKED;
  if (l->rows == 0 || l->inputs == 0) return PD_OK;
  if (l->widens)
    return pd_narrow_product(l->rows, l->inputs, l->outputs, dy, 0, w, 0, 0, dx, workspace);
  if (l->gradients_are_products) {
    const pd_product p = {
        .m = l->rows, .n = l->inputs, .k = l->outputs, .lda = l->outputs, .ldb = l->inputs,
        .ldc = l->inputs, .alpha = 1, .batch = 1};
    return pd_matrix_product(&p, dy, w, dx);
  }
  void *const at[] = {(void *)dy, (void *)w, dx};
  return pd_operation_run(l->context, &l->input, at, workspace);
}

int pd_linear_weight_gradient(
    pd_linear *l, const void *dy, const void *x, int accumulate, float *dw, void *workspace) {
  if (!(l->parts & PD_WEIGHT_GRADIENT)) return PD_NOT_ASKED;
  if (l->inputs == 0 || l->outputs == 0) return PD_OK;
  if (l->widens)
    return pd_narrow_product(
        l->outputs, l->inputs, l->rows, dy, 1, x, 0, accumulate, dw, workspace);
  if (l->gradients_are_products) {
    const pd_product p = {
        .m = l->outputs, .n = l->inputs, .k = l->rows, .transpose_a = 1, .lda = l->outputs,
        .ldb = l->inputs, .ldc = l->inputs, .alpha = 1, .beta = accumulate ? 1 : 0, .batch = 1};
    return pd_matrix_product(&p, dy, x, dw);
  }
  void *const at[] = {(void *)dy, (void *)x, dw};
  return pd_operation_run(
      l->context, accumulate ? &l->weight_added : &l->weight, at, workspace);
}
