// oneDNN behind handles of our own: no type of dnnl.h appears here, so 2.x and 3.x both fit.
//
// float32, row-major; factors of linear layers and convolutions bfloat16 where asked. A handle is created once
// for its shapes and executed many times with other pointers; executing allocates nothing of ours. The
// library's scratchpad is part of the workspace that the caller gives (dnnl_sgemm keeps its own packing buffers and frees them in the call).
// A handle is used by one thread at a time. What runs is a function of the shapes alone. Outputs
// overlap nothing, workspaces are aligned to 64 bytes, shapes with a zero make a call a no-op
// (a gradient that is written over no rows becomes zero).
// Every call returns a status: 0 is success, `pd_status_text` says the others.
#ifndef PARTITA_CONEDNN_H
#define PARTITA_CONEDNN_H

#include <stddef.h>

enum {
  PD_OK = 0,
  PD_BAD_SHAPE = -1,   // a negative size, a kernel larger than its padded image, uneven groups
  PD_NO_MEMORY = -2,   // a handle could not be allocated
  PD_NOT_ASKED = -3,   // the handle was created without this part
};

// The text of a status, for people: ours are negative, oneDNN's positive.
const char *pd_status_text(int status);
// The library's version as major * 10000 + minor * 100 + patch, and the instruction set that it uses.
int pd_version(void);
int pd_instruction_set(void);
// Whether products of bfloat16 are faster than of float32: by matrix units (AMX), or by the vector
// instructions of AMD's processors (AVX512_BF16), of which one does the work of two multiply-adds. Intel's
// do half of it, and lose.
int pd_multiplies_bfloat16(void);
// The name that oneDNN gives that instruction set.
const char *pd_instruction_set_name(void);
// How many threads oneDNN may use in the calling thread's later calls.
int pd_set_threads(int count);

// The CPU engine and its stream; outlives its handles.
typedef struct pd_context pd_context;
int pd_context_create(pd_context **out);
void pd_context_destroy(pd_context *context);

// The parts of a handle that are wanted.
enum { PD_FORWARD = 1, PD_INPUT_GRADIENT = 2, PD_WEIGHT_GRADIENT = 4 };

// -- Linear layer: y[rows][outputs] = x[rows][inputs] w[outputs][inputs]^T + bias[outputs] --------

// What the forward pass adds (bias and ReLU are fused exactly), and whether x, w and dy are bfloat16;
// all else is float32, sums too.
enum { PD_BIAS = 1, PD_RELU = 2, PD_BFLOAT16 = 4 };

typedef struct pd_linear pd_linear;
int pd_linear_create(
    pd_context *context, long rows, long inputs, long outputs, int parts, int fused,
    pd_linear **out);
void pd_linear_destroy(pd_linear *linear);
size_t pd_linear_workspace(const pd_linear *linear);  // bytes, for every part

// `bias` is read only if PD_BIAS was asked.
int pd_linear_forward(
    pd_linear *linear, const void *x, const void *w, const float *bias, float *y,
    void *workspace);
// dx = dy w
int pd_linear_input_gradient(
    pd_linear *linear, const void *dy, const void *w, float *dx, void *workspace);
// dw = dy^T x, or dw += with `accumulate`
int pd_linear_weight_gradient(
    pd_linear *linear, const void *dy, const void *x, int accumulate, float *dw,
    void *workspace);

// -- Two-dimensional convolution: NCHW images, OIHW weights ---------------------------------------

// Group g of the outputs sees group g of the inputs only: I = in_channels / groups. A dilation of 1
// leaves nothing out.
typedef struct {
  long samples, in_channels, height, width;
  long out_channels, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, groups;
  long padding_top, padding_left, padding_bottom, padding_right;
  int bias;    // 1: forward adds a bias, the weight gradient also gives the bias's
  int narrow;  // 1: x, w and dy are bfloat16
  int parts;   // PD_FORWARD | ...
} pd_convolution_shape;

typedef struct pd_convolution pd_convolution;
int pd_convolution_create(
    pd_context *context, const pd_convolution_shape *shape, pd_convolution **out);
void pd_convolution_destroy(pd_convolution *convolution);
size_t pd_convolution_workspace(const pd_convolution *convolution);  // bytes, for every part

int pd_convolution_forward(
    pd_convolution *convolution, const void *x, const void *w, const float *bias, float *y,
    void *workspace);
int pd_convolution_input_gradient(
    pd_convolution *convolution, const void *dy, const void *w, float *dx, void *workspace);
// `dbias` is written only if the shape has a bias.
int pd_convolution_weight_gradient(
    pd_convolution *convolution, const void *dy, const void *x, int accumulate, float *dw,
    float *dbias, void *workspace);

// -- Matrix products ------------------------------------------------------------------------------

// c = alpha op(a) op(b) + beta c for `batch` triples that lie `*_stride` values apart; op(a) is
// m x k, op(b) is k x n, transposed where the flag is set; ld* are the leading dimensions (values
// from one stored row to the next). beta = 0 does not read c.
typedef struct {
  long m, n, k;
  int transpose_a, transpose_b;
  long lda, ldb, ldc;
  float alpha, beta;
  long batch, a_stride, b_stride, c_stride;
} pd_product;

int pd_matrix_product(const pd_product *product, const float *a, const float *b, float *c);

#endif
