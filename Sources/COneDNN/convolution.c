// Convolution in the layouts that oneDNN likes best: plain NCHW and OIHW at the border, reorders
// into the workspace inside (measured: faster than its primitives over plain layouts).
#include "internal.h"

#define MAX_TENSORS 4

// One tensor of a pass: the caller's plain array, and the reorder to what the primitive wants.
typedef struct {
  pd_operation reorder;
  int reordered, is_output;
  size_t offset;  // of the reordered copy in the workspace
} tensor;

// One of the three directions.
typedef struct {
  pd_operation operation;
  tensor tensors[MAX_TENSORS];
  int count, made;
  size_t scratchpad, bytes;  // where scratchpads begin, and the whole workspace
} pass;

struct pd_convolution {
  pd_context *context;
  pd_convolution_shape shape;
  pass forward, input, weight;
  size_t weights, workspace;  // values of w; bytes
};

typedef struct {
  pd_description x, w, v, y, plain_x, plain_w, plain_y;
} descriptions;

// What is left of the padded image below and beside a dilated kernel at its first place.
static long room_h(const pd_convolution_shape *s) {
  return s->height + s->padding_top + s->padding_bottom - (s->kernel_h - 1) * s->dilation_h - 1;
}

static long room_w(const pd_convolution_shape *s) {
  return s->width + s->padding_left + s->padding_right - (s->kernel_w - 1) * s->dilation_w - 1;
}

// The tensors as one part sees them: of bfloat16 what it multiplies, where the shape says so.
static int describe(const pd_convolution_shape *s, int part, descriptions *d) {
  const dnnl_data_type_t factor = s->narrow ? dnnl_bf16 : dnnl_f32;
  const dnnl_data_type_t x_type = part == PD_INPUT_GRADIENT ? dnnl_f32 : factor;
  const dnnl_data_type_t w_type = part == PD_WEIGHT_GRADIENT ? dnnl_f32 : factor;
  const dnnl_data_type_t y_type = part == PD_FORWARD ? dnnl_f32 : factor;
  const dnnl_dim_t x[4] = {s->samples, s->in_channels, s->height, s->width};
  const dnnl_dim_t w[4] = {s->out_channels, s->in_channels, s->kernel_h, s->kernel_w};
  // The weights of a group lie one after the other: the same memory with one more axis.
  const dnnl_dim_t grouped[5] = {
      s->groups, s->out_channels / s->groups, s->in_channels / s->groups, s->kernel_h, s->kernel_w};
  const int has_groups = s->groups > 1;
  const dnnl_dim_t y[4] = {
      s->samples, s->out_channels, room_h(s) / s->stride_h + 1, room_w(s) / s->stride_w + 1};
  const dnnl_dim_t *const kernel = has_groups ? grouped : w;
  PD_TRY(pd_describe(&d->x, 4, x, dnnl_format_tag_any, x_type));
  PD_TRY(pd_describe(&d->w, 4 + has_groups, kernel, dnnl_format_tag_any, w_type));
  PD_TRY(pd_describe(&d->y, 4, y, dnnl_format_tag_any, y_type));
  PD_TRY(pd_describe(&d->plain_x, 4, x, dnnl_abcd, x_type));
  PD_TRY(pd_describe(
      &d->plain_w, 4 + has_groups, kernel, has_groups ? dnnl_abcde : dnnl_abcd, w_type));
  PD_TRY(pd_describe(&d->plain_y, 4, y, dnnl_abcd, y_type));
  return s->bias ? pd_describe(&d->v, 1, &y[1], dnnl_a, dnnl_f32) : PD_OK;
}

static void forget(descriptions *d) {
  pd_forget(&d->x), pd_forget(&d->w), pd_forget(&d->v), pd_forget(&d->y);
  pd_forget(&d->plain_x), pd_forget(&d->plain_w), pd_forget(&d->plain_y);
}

// The primitive for one part; the gradients take the forward one as a hint.
static int describe_primitive(
    const pd_convolution *c, const descriptions *d, int part, dnnl_primitive_desc_t hint,
    dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t *out) {
  const pd_convolution_shape *s = &c->shape;
  const dnnl_dim_t stride[2] = {s->stride_h, s->stride_w};
  // The library counts the places that a dilation leaves out.
  const dnnl_dim_t dilation[2] = {s->dilation_h - 1, s->dilation_w - 1};
  const dnnl_dim_t before[2] = {s->padding_top, s->padding_left};
  const dnnl_dim_t after[2] = {s->padding_bottom, s->padding_right};
  const dnnl_engine_t engine = c->context->engine;
#if DNNL_VERSION_MAJOR >= 3
  if (part == PD_FORWARD)
    return (int)dnnl_convolution_forward_primitive_desc_create(
        out, engine, dnnl_forward_training, dnnl_convolution_direct, d->x.value, d->w.value,
        d->v.value, d->y.value, stride, dilation, before, after, attributes);
  if (part == PD_INPUT_GRADIENT)
    return (int)dnnl_convolution_backward_data_primitive_desc_create(
        out, engine, dnnl_convolution_direct, d->x.value, d->w.value, d->y.value, stride,
        dilation, before, after, hint, attributes);
  return (int)dnnl_convolution_backward_weights_primitive_desc_create(
      out, engine, dnnl_convolution_direct, d->x.value, d->w.value, d->v.value, d->y.value, stride,
      dilation, before, after, hint, attributes);
#else
  const dnnl_memory_desc_t *v = s->bias ? &d->v.value : NULL;
  dnnl_convolution_desc_t description;
  if (part == PD_FORWARD)
    PD_TRY(dnnl_dilated_convolution_forward_desc_init(
        &description, dnnl_forward_training, dnnl_convolution_direct, &d->x.value, &d->w.value, v,
        &d->y.value, stride, dilation, before, after));
  else if (part == PD_INPUT_GRADIENT)
    PD_TRY(dnnl_dilated_convolution_backward_data_desc_init(
        &description, dnnl_convolution_direct, &d->x.value, &d->w.value, &d->y.value, stride,
        dilation, before, after));
  else
    PD_TRY(dnnl_dilated_convolution_backward_weights_desc_init(
        &description, dnnl_convolution_direct, &d->x.value, &d->w.value, v, &d->y.value, stride,
        dilation, before, after));
  return (int)dnnl_primitive_desc_create(out, &description, attributes, engine, hint);
#endif
}

// Adds a tensor to a pass, with a reorder if the primitive's layout is not the plain one.
static int add_tensor(
    const pd_context *context, dnnl_primitive_desc_t primitive, dnnl_query_t what, int name,
    int is_output, const pd_description *plain, dnnl_primitive_attr_t attributes, pass *p) {
  const pd_layout inner = dnnl_primitive_desc_query_md(primitive, what, 0);
  const pd_layout outer = pd_layout_of(plain);
  tensor *t = &p->tensors[p->count++];
  PD_TRY(pd_operation_argument(context, &p->operation, name, inner));
  t->is_output = is_output;
  t->reordered = !dnnl_memory_desc_equal(inner, outer);
  if (!t->reordered) return PD_OK;
  t->offset = p->bytes;
  p->bytes += pd_round_up(dnnl_memory_desc_get_size(inner));
  const pd_layout from = is_output ? inner : outer, to = is_output ? outer : inner;
  dnnl_primitive_desc_t reorder = NULL;
  PD_TRY(dnnl_reorder_primitive_desc_create(
      &reorder, from, context->engine, to, context->engine, attributes));
  int status = pd_operation_create(context, reorder, &t->reorder);
  dnnl_primitive_desc_destroy(reorder);
  PD_TRY(status);
  PD_TRY(pd_operation_argument(context, &t->reorder, DNNL_ARG_FROM, from));
  return pd_operation_argument(context, &t->reorder, DNNL_ARG_TO, to);
}

static int add_tensors(
    const pd_convolution *c, const descriptions *d, int part, dnnl_primitive_desc_t primitive,
    dnnl_primitive_attr_t attributes, pass *p) {
  const int in = part == PD_INPUT_GRADIENT, weight = part == PD_WEIGHT_GRADIENT;
  const int out = part == PD_FORWARD;
  PD_TRY(add_tensor(
      c->context, primitive, in ? dnnl_query_diff_src_md : dnnl_query_src_md,
      in ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, in, &d->plain_x, attributes, p));
  PD_TRY(add_tensor(
      c->context, primitive, weight ? dnnl_query_diff_weights_md : dnnl_query_weights_md,
      weight ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, weight, &d->plain_w, attributes, p));
  PD_TRY(add_tensor(
      c->context, primitive, out ? dnnl_query_dst_md : dnnl_query_diff_dst_md,
      out ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, out, &d->plain_y, attributes, p));
  if (!c->shape.bias || in) return PD_OK;
  p->tensors[p->count++].is_output = weight;
  return pd_operation_argument(
      c->context, &p->operation, weight ? DNNL_ARG_DIFF_BIAS : DNNL_ARG_BIAS, pd_layout_of(&d->v));
}

static int create_pass(
    const pd_convolution *c, int part, dnnl_primitive_desc_t hint, dnnl_primitive_attr_t attributes,
    pass *p) {
  descriptions d = {0};
  dnnl_primitive_desc_t primitive = NULL;
  int status = describe(&c->shape, part, &d);
  if (status == PD_OK) status = describe_primitive(c, &d, part, hint, attributes, &primitive);
  if (status == PD_OK) status = pd_operation_create(c->context, primitive, &p->operation);
  if (status == PD_OK) status = add_tensors(c, &d, part, primitive, attributes, p);
  if (primitive) dnnl_primitive_desc_destroy(primitive);
  forget(&d);
  PD_TRY(status);
  size_t scratchpad = p->operation.scratchpad;
  for (int i = 0; i < p->count; i++)
    scratchpad = pd_larger(scratchpad, p->tensors[i].reorder.scratchpad);
  p->scratchpad = p->bytes;
  p->bytes += pd_round_up(scratchpad);
  p->made = 1;
  return PD_OK;
}

static int create_passes(pd_convolution *c) {
  const int parts = c->shape.parts;
  descriptions d = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t hint = NULL;
  int status = describe(&c->shape, PD_FORWARD, &d);
  if (status == PD_OK) status = pd_attributes(0, &attributes);
  if (status == PD_OK) status = describe_primitive(c, &d, PD_FORWARD, NULL, attributes, &hint);
  if (status == PD_OK && parts & PD_FORWARD)
    status = create_pass(c, PD_FORWARD, NULL, attributes, &c->forward);
  if (status == PD_OK && parts & PD_INPUT_GRADIENT)
    status = create_pass(c, PD_INPUT_GRADIENT, hint, attributes, &c->input);
  if (status == PD_OK && parts & PD_WEIGHT_GRADIENT)
    status = create_pass(c, PD_WEIGHT_GRADIENT, hint, attributes, &c->weight);
  if (hint) dnnl_primitive_desc_destroy(hint);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(&d);
  return status;
}

static int is_legal(const pd_convolution_shape *s) {
  return s->samples >= 0 && s->in_channels > 0 && s->out_channels > 0 && s->groups > 0 &&
         s->in_channels % s->groups == 0 && s->out_channels % s->groups == 0 && s->kernel_h > 0 &&
         s->kernel_w > 0 && s->stride_h > 0 && s->stride_w > 0 && s->dilation_h > 0 &&
         s->dilation_w > 0 && s->padding_top >= 0 && s->padding_left >= 0 &&
         s->padding_bottom >= 0 && s->padding_right >= 0 && room_h(s) >= 0 && room_w(s) >= 0;
}

int pd_convolution_create(
    pd_context *context, const pd_convolution_shape *shape, pd_convolution **out) {
  *out = NULL;
  if (!is_legal(shape)) return PD_BAD_SHAPE;
  pd_convolution *c = calloc(1, sizeof *c);
  if (!c) return PD_NO_MEMORY;
  c->context = context;
  c->shape = *shape;
  c->weights = (size_t)(
      shape->out_channels * (shape->in_channels / shape->groups) * shape->kernel_h *
      shape->kernel_w);
  int status = shape->samples == 0 ? PD_OK : create_passes(c);
  if (status != PD_OK) {
    pd_convolution_destroy(c);
    return status;
  }
  // Behind the weight pass: a whole weight and bias gradient, to be added to the caller's.
  const size_t sums = pd_round_up((c->weights + (size_t)shape->out_channels) * sizeof(float));
  c->workspace = pd_larger(pd_larger(c->forward.bytes, c->input.bytes), c->weight.bytes + sums);
  *out = c;
  return PD_OK;
}

static void destroy_pass(pass *p) {
  pd_operation_destroy(&p->operation);
  for (int i = 0; i < p->count; i++) pd_operation_destroy(&p->tensors[i].reorder);
}

void pd_convolution_destroy(pd_convolution *c) {
  if (!c) return;
  destroy_pass(&c->forward);
  destroy_pass(&c->input);
  destroy_pass(&c->weight);
  free(c);
}

size_t pd_convolution_workspace(const pd_convolution *c) { return c->workspace; }

static int run(const pd_context *context, pass *p, void *const *outer, char *workspace) {
  void *inner[MAX_TENSORS];
  void *scratchpad = workspace + p->scratchpad;
  for (int i = 0; i < p->count; i++) {
    tensor *t = &p->tensors[i];
    inner[i] = t->reordered ? workspace + t->offset : outer[i];
    void *const at[] = {outer[i], inner[i]};
    if (t->reordered && !t->is_output)
      PD_TRY(pd_operation_run(context, &t->reorder, at, scratchpad));
  }
  PD_TRY(pd_operation_run(context, &p->operation, inner, scratchpad));
  for (int i = 0; i < p->count; i++) {
    tensor *t = &p->tensors[i];
    void *const at[] = {inner[i], outer[i]};
    if (t->reordered && t->is_output)
      PD_TRY(pd_operation_run(context, &t->reorder, at, scratchpad));
  }
  return PD_OK;
}

int pd_convolution_forward(
    pd_convolution *c, const void *x, const void *w, const float *bias, float *y,
    void *workspace) {
  if (!(c->shape.parts & PD_FORWARD)) return PD_NOT_ASKED;
  if (!c->forward.made) return PD_OK;
  void *const at[] = {(void *)x, (void *)w, y, (void *)bias};
  return run(c->context, &c->forward, at, workspace);
}

int pd_convolution_input_gradient(
    pd_convolution *c, const void *dy, const void *w, float *dx, void *workspace) {
  if (!(c->shape.parts & PD_INPUT_GRADIENT)) return PD_NOT_ASKED;
  if (!c->input.made) return PD_OK;
  void *const at[] = {dx, (void *)w, (void *)dy};
  return run(c->context, &c->input, at, workspace);
}

int pd_convolution_weight_gradient(
    pd_convolution *c, const void *dy, const void *x, int accumulate, float *dw, float *dbias,
    void *workspace) {
  const size_t channels = c->shape.bias ? (size_t)c->shape.out_channels : 0;
  if (!(c->shape.parts & PD_WEIGHT_GRADIENT)) return PD_NOT_ASKED;
  if (!c->weight.made) {
    if (!accumulate) memset(dw, 0, c->weights * sizeof(float));
    if (!accumulate && channels > 0) memset(dbias, 0, channels * sizeof(float));
    return PD_OK;
  }
  float *sums = (float *)((char *)workspace + c->weight.bytes);
  void *const at[] = {
      (void *)x, accumulate ? sums : dw, (void *)dy, accumulate ? sums + c->weights : dbias};
  PD_TRY(run(c->context, &c->weight, at, workspace));
  if (!accumulate) return PD_OK;
  for (size_t i = 0; i < c->weights; i++) dw[i] += sums[i];
  for (size_t i = 0; i < channels; i++) dbias[i] += sums[c->weights + i];
  return PD_OK;
}
