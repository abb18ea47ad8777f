// What the shim's files share. The differences between oneDNN 2.x and 3.x are all in this header
// and in library.c: descriptions of memory are values in 2.x and handles in 3.x.
#ifndef PD_INTERNAL_H
#define PD_INTERNAL_H

#include <dnnl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "COneDNN.h"

struct pd_context {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
};

#define PD_TRY(call)                \
  do {                              \
    int status_ = (int)(call);      \
    if (status_ != PD_OK) return status_; \
  } while (0)

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t pd_layout;
#else
typedef const dnnl_memory_desc_t *pd_layout;
#endif

// A description of memory that we made ourselves.
typedef struct {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t value;
#else
  dnnl_memory_desc_t value;
  int made;
#endif
} pd_description;

pd_layout pd_layout_of(const pd_description *description);
// Plain row-major; `tag` any leaves the layout to the primitive.
int pd_describe(
    pd_description *description, int rank, const dnnl_dim_t *sizes, dnnl_format_tag_t tag,
    dnnl_data_type_t element);
int pd_describe_strided(
    pd_description *description, int rank, const dnnl_dim_t *sizes, const dnnl_dim_t *strides,
    dnnl_data_type_t element);
void pd_forget(pd_description *description);

// Attributes: the caller's scratchpad, and what is done to the result.
enum { PD_ADD_TO_RESULT = 1, PD_RELU_RESULT = 2 };
int pd_attributes(int what, dnnl_primitive_attr_t *out);

#define PD_MAX_ARGUMENTS 5

// A primitive with its memory objects; their addresses are set at every execution.
typedef struct {
  dnnl_primitive_t primitive;
  dnnl_exec_arg_t arguments[PD_MAX_ARGUMENTS];
  int count;
  size_t scratchpad;  // bytes
} pd_operation;

// Takes over `description`. Arguments are given after it in the order in which
// `pd_operation_run` takes their addresses.
int pd_operation_create(
    const pd_context *context, dnnl_primitive_desc_t description, pd_operation *out);
int pd_operation_argument(
    const pd_context *context, pd_operation *operation, int name, pd_layout layout);
int pd_operation_run(
    const pd_context *context, pd_operation *operation, void *const *addresses, void *scratchpad);
void pd_operation_destroy(pd_operation *operation);

// c = op(a) op(b), or c += with `accumulate`: op(a) is m x k, op(b) is k x n, plain, transposed where the
// flag is set; no size is zero.
int pd_narrow_product(
    long m, long n, long k, const uint16_t *a, int transpose_a, const uint16_t *b, int transpose_b,
    int accumulate, float *c, void *workspace);
size_t pd_narrow_workspace(long m, long n, long k);  // bytes

static inline size_t pd_round_up(size_t bytes) { return (bytes + 63) / 64 * 64; }
static inline size_t pd_larger(size_t a, size_t b) { return a > b ? a : b; }

#endif
