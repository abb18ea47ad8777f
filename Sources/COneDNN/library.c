// The library as a whole: threads, status texts, context, and the few calls whose form
// differs between oneDNN 2.x and 3.x.
#include "internal.h"

// From the OpenMP run-time library that oneDNN uses; omp.h is not on every compiler's path.
extern void omp_set_num_threads(int count);

const char *pd_status_text(int status) {
  switch (status) {
  case PD_OK: return "no error";
  case PD_BAD_SHAPE: return "a negative size, a kernel larger than its padded image, or groups that don't divide channels";
  case PD_NO_MEMORY: return "out of memory for a handle";
  case PD_NOT_ASKED: return "the handle was created without this part";
  case dnnl_out_of_memory: return "oneDNN: out of memory";
  case dnnl_invalid_arguments: return "oneDNN: invalid arguments";
  case dnnl_unimplemented: return "oneDNN: not implemented";
  case dnnl_runtime_error: return "oneDNN: error while running";
  default: return "oneDNN: unknown status";
  }
}

int pd_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}

int pd_instruction_set(void) { return (int)dnnl_get_effective_cpu_isa(); }

// A set's bits stand in each instruction set that has it, in 2.x as in 3.x.
static int uses(dnnl_cpu_isa_t set) {
  return ((int)dnnl_get_effective_cpu_isa() & (int)set) == (int)set;
}

int pd_multiplies_bfloat16(void) {
#if defined(__x86_64__)
  const int is_amd = __builtin_cpu_is("amd");
#else
  const int is_amd = 0;
#endif
  return uses(dnnl_cpu_isa_avx512_core_amx) || (is_amd && uses(dnnl_cpu_isa_avx512_core_bf16));
}

const char *pd_instruction_set_name(void) {
  switch (dnnl_get_effective_cpu_isa()) {
  case dnnl_cpu_isa_sse41: return "SSE4.1";
  case dnnl_cpu_isa_avx: return "AVX";
  case dnnl_cpu_isa_avx2: return "AVX2";
  case dnnl_cpu_isa_avx2_vnni: return "AVX2 with VNNI";
  case dnnl_cpu_isa_avx512_core: return "AVX-512";
  case dnnl_cpu_isa_avx512_core_vnni: return "AVX-512 with VNNI";
  case dnnl_cpu_isa_avx512_core_bf16: return "AVX-512 with bfloat16";
  case dnnl_cpu_isa_avx512_core_amx: return "AVX-512 with bfloat16 and AMX";
  default: return "another instruction set";
  }
}

int pd_set_threads(int count) {
  if (count < 1) return PD_BAD_SHAPE;
  omp_set_num_threads(count);
  return PD_OK;
}

int pd_context_create(pd_context **out) {
  pd_context *context = calloc(1, sizeof *context);
  *out = NULL;
  if (!context) return PD_NO_MEMORY;
  int status = (int)dnnl_engine_create(&context->engine, dnnl_cpu, 0);
  if (status == PD_OK)
    status =
        (int)dnnl_stream_create(&context->stream, context->engine, dnnl_stream_default_flags);
  if (status == PD_OK)
    *out = context;
  else
    pd_context_destroy(context);
  return status;
}

void pd_context_destroy(pd_context *context) {
  if (!context) return;
  if (context->stream) dnnl_stream_destroy(context->stream);
  if (context->engine) dnnl_engine_destroy(context->engine);
  free(context);
}

#if DNNL_VERSION_MAJOR >= 3

pd_layout pd_layout_of(const pd_description *description) { return description->value; }

int pd_describe(
    pd_description *description, int rank, const dnnl_dim_t *sizes, dnnl_format_tag_t tag,
    dnnl_data_type_t element) {
  return (int)dnnl_memory_desc_create_with_tag(&description->value, rank, sizes, element, tag);
}

int pd_describe_strided(
    pd_description *description, int rank, const dnnl_dim_t *sizes, const dnnl_dim_t *strides,
    dnnl_data_type_t element) {
  return (int)dnnl_memory_desc_create_with_strides(
      &description->value, rank, sizes, element, strides);
}

void pd_forget(pd_description *description) {
  if (description->value) dnnl_memory_desc_destroy(description->value);
  description->value = NULL;
}

static int append(dnnl_post_ops_t steps, int what) {
  if (what & PD_ADD_TO_RESULT)
    PD_TRY(dnnl_post_ops_append_sum(steps, 1, 0, dnnl_data_type_undef));
  if (what & PD_RELU_RESULT)
    PD_TRY(dnnl_post_ops_append_eltwise(steps, dnnl_eltwise_relu, 0, 0));
  return PD_OK;
}

#else

pd_layout pd_layout_of(const pd_description *description) {
  return description->made ? &description->value : NULL;
}

int pd_describe(
    pd_description *description, int rank, const dnnl_dim_t *sizes, dnnl_format_tag_t tag,
    dnnl_data_type_t element) {
  description->made = 1;
  return (int)dnnl_memory_desc_init_by_tag(&description->value, rank, sizes, element, tag);
}

int pd_describe_strided(
    pd_description *description, int rank, const dnnl_dim_t *sizes, const dnnl_dim_t *strides,
    dnnl_data_type_t element) {
  description->made = 1;
  return (int)dnnl_memory_desc_init_by_strides(&description->value, rank, sizes, element, strides);
}

void pd_forget(pd_description *description) { description->made = 0; }

static int append(dnnl_post_ops_t steps, int what) {
  if (what & PD_ADD_TO_RESULT) PD_TRY(dnnl_post_ops_append_sum(steps, 1));
  if (what & PD_RELU_RESULT)
    PD_TRY(dnnl_post_ops_append_eltwise(steps, 1, dnnl_eltwise_relu, 0, 0));
  return PD_OK;
}

#endif

int pd_attributes(int what, dnnl_primitive_attr_t *out) {
  dnnl_post_ops_t steps = NULL;
  PD_TRY(dnnl_primitive_attr_create(out));
  int status = (int)dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user);
  if (status == PD_OK) status = (int)dnnl_post_ops_create(&steps);
  if (status == PD_OK) status = append(steps, what);
  if (status == PD_OK) status = (int)dnnl_primitive_attr_set_post_ops(*out, steps);
  if (steps) dnnl_post_ops_destroy(steps);
  if (status != PD_OK) {
    dnnl_primitive_attr_destroy(*out);
    *out = NULL;
  }
  return status;
}
