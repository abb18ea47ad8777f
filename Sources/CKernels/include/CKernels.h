// Partita's own CPU kernels: float32, one thread, contiguous row-major arrays.
//
// Every function is deterministic: the order of its sums depends on the shapes alone, never on
// addresses or time. None allocates. Pointers need the alignment of their element type only. Sizes
// may be zero; pointers of empty arrays may then be null. Unless a comment says "may be" of an
// output (it may be exactly one of the inputs named), outputs overlap nothing. `accumulate`: 0
// writes, 1 adds to what is there. NaN in an input makes every result that depends on it NaN,
// except where it is only compared: in `pk_count_correct`, as the y of `pk_relu_gradient` (dy passes
// there, as in PyTorch), and as the x of some functions' `pk_pointwise_gradient`.
#ifndef PARTITA_CKERNELS_H
#define PARTITA_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// What functions that check their input return.
enum {
  PK_OK = 0,
  PK_OUT_OF_RANGE = 1,  // a label or row number beyond its table; nothing was read there
  PK_BAD_AXES = 2,      // no permutation of one to four axes
};

// The most axes of kernels that walk over axes with steps; there is at least one.
enum { PK_MAX_AXES = 8 };

// The level of x86-64 that the loader picks kernels by: 4 (AVX-512), 3 (AVX2) or 1; 0 where there is
// one body of each.
int pk_level(void);

// -- Elementwise over n values; y may be any of the inputs. ---------------------------------------

void pk_add(const float *a, const float *b, float *y, long n);
void pk_multiply(const float *a, const float *b, float *y, long n);
void pk_scale(const float *a, float c, float *y, long n);         // y = a c
void pk_add_constant(const float *a, float c, float *y, long n);  // y = a + c
void pk_axpy(float c, const float *x, const float *z, float *y, long n);  // y = c x + z
void pk_reciprocal(const float *a, float *y, long n);
void pk_square_root(const float *a, float *y, long n);
void pk_copy(const float *a, float *y, long n);  // a and y may overlap in any way

// -- bfloat16: the upper half of a float32's bits -------------------------------------------------

// To the nearest, of two the even one; what would be denormal becomes a zero of its sign.
void pk_round_bfloat16(const float *x, uint16_t *y, long n);
void pk_widen_bfloat16(const uint16_t *x, float *y, long n);

// -- Activations over n values; the output may be any of the inputs. ------------------------------
// Error against exact arithmetic at most 2e-6, relative or absolute, whichever is larger.

void pk_relu(const float *x, float *y, long n);
void pk_sigmoid(const float *x, float *y, long n);
void pk_tanh(const float *x, float *y, long n);
void pk_gelu(const float *x, float *y, long n);  // x Phi(x), by erf
void pk_exp(const float *x, float *y, long n);
void pk_erf(const float *x, float *y, long n);
void pk_positive(const float *x, float *y, long n);  // x > 0 ? 1 : 0
void pk_relu_gradient(const float *y, const float *dy, float *dx, long n);     // from the output
void pk_sigmoid_gradient(const float *y, const float *dy, float *dx, long n);  // from the output
void pk_tanh_gradient(const float *y, const float *dy, float *dx, long n);     // from the output
void pk_gelu_gradient(const float *x, const float *dy, float *dx, long n);     // from the input

// Functions with a gradient from their operand; a and b are their constants, in this order.
enum {
  PK_LEAKY_RELU,    // x > 0 ? x : a x
  PK_ELU,           // x > 0 ? x : a (exp(x) - 1)
  PK_HARD_SIGMOID,  // a x + b, cut off at 0 and 1
  PK_HARD_SWISH,    // x (x / 6 + 1/2, cut off at 0 and 1)
  PK_SILU,          // x / (1 + exp(-x))
  PK_CLIP,          // x, cut off at a and b
  PK_SOFTPLUS,      // log(1 + exp(x))
};
void pk_pointwise(int function, float a, float b, const float *x, float *y, long n);
// Where the function is made of lines, x is only compared.
void pk_pointwise_gradient(
    int function, float a, float b, const float *x, const float *dy, float *dx, long n);

// -- Two operands whose axes broadcast ------------------------------------------------------------

// y = a + b over `extents`, y contiguous; neighbours along an axis lie `*_steps` values apart in an
// operand, 0 where it is repeated.
void pk_add_broadcast(
    int rank, const long *extents, const long *a_steps, const long *b_steps, const float *a,
    const float *b, float *y);
void pk_multiply_broadcast(
    int rank, const long *extents, const long *a_steps, const long *b_steps, const float *a,
    const float *b, float *y);

// -- Sums -----------------------------------------------------------------------------------------

double pk_squared_norm(const float *x, long n);  // Float64 throughout; a block of law 2 has 4,096
double pk_weighted_sum(const float *x, const float *weight, long n);  // Float64, index order

// y[rows][columns] = x + bias[columns], also per-sample x + shared; y may be x. The gradient of
// bias is `pk_column_sums`.
void pk_bias_rows(const float *x, const float *bias, float *y, long rows, long columns);
// y[columns] = sum of x[rows][columns] over rows: totals of 64 rows, in order.
void pk_column_sums(const float *x, long rows, long columns, int accumulate, float *y);
// y[samples][channels][pixels] = x + bias[channels]; y may be x.
void pk_bias_channels(
    const float *x, const float *bias, float *y, long samples, long channels, long pixels);
// y[channels] = sum of x[samples][channels][pixels].
void pk_channel_sums(
    const float *x, long samples, long channels, long pixels, int accumulate, float *y);

// y = the sum of x over some of its axes, which vanish; x[extents].
void pk_sum_axes(
    int rank, const long *extents, const int *is_summed, const float *x, float *y);

// -- Softmax over rows of n values ----------------------------------------------------------------

void pk_softmax(const float *x, long rows, long n, float *y);
// Row r of a matrix has weights in columns 0 to r, and zeros behind them.
void pk_causal_softmax(const float *x, long matrices, long rows, long n, float *y);
// Both gradients are from the output; dx may be dy.
void pk_softmax_gradient(const float *y, const float *dy, long rows, long n, float *dx);
void pk_log_softmax(const float *x, long rows, long n, float *y);
void pk_log_softmax_gradient(const float *y, const float *dy, long rows, long n, float *dx);

// -- Losses ---------------------------------------------------------------------------------------

// Softmax cross-entropy. logits[samples][positions][classes], labels[samples][positions] ->
// loss[samples] = mean over positions of log(sum of exp(logits)) - logit of the label. Saves of each row
// shift[samples][positions], its largest logit, and others[samples][positions], the sum of
// exp(logit - shift) without one of the largest; apart, for their sum would round small losses away.
// A label out of range makes its sample's loss NaN and the status PK_OUT_OF_RANGE.
int pk_cross_entropy(
    const float *logits, const int32_t *labels, long samples, long positions, long classes,
    float *loss, float *shift, float *others);
// dlogits = (softmax - one hot) dloss[sample] / positions; may be in place of logits.
int pk_cross_entropy_gradient(
    const float *logits, const int32_t *labels, const float *shift, const float *others,
    const float *dloss, long samples, long positions, long classes, float *dlogits);
// loss[samples] = mean over features of (x - target)^2.
void pk_squared_error(
    const float *x, const float *target, long samples, long features, float *loss);
// dx = 2 (x - target) dloss[sample] / features; may be in place of x or target.
void pk_squared_error_gradient(
    const float *x, const float *target, const float *dloss, long samples, long features,
    float *dx);
// Rows whose largest logit (the first of equals) is at the label. A row that
// begins with NaN counts as wrong.
long pk_count_correct(const float *logits, const int32_t *labels, long rows, long classes);

// -- Tables ---------------------------------------------------------------------------------------

// y[count][width] = table[ids]; table[rows][width]. Out of range: status, y untouched.
int pk_embedding(
    const int32_t *ids, const float *table, long count, long rows, long width, float *y);
// dtable[rows][width] += dy[i] at row ids[i], i in order; zeroed first unless `accumulate`.
int pk_embedding_gradient(
    const int32_t *ids, const float *dy, long count, long rows, long width, int accumulate,
    float *dtable);

// -- Layer norm over rows of n values -------------------------------------------------------------

// y = (x - mean) rstd gamma + beta, rstd = 1 / sqrt(variance + eps); y may be x. Saves mean[rows]
// and rstd[rows].
void pk_layer_norm(
    const float *x, const float *gamma, const float *beta, float eps, long rows, long n, float *y,
    float *mean, float *rstd);
// dx may be dy (or x).
void pk_layer_norm_input_gradient(
    const float *x, const float *gamma, const float *mean, const float *rstd, const float *dy,
    long rows, long n, float *dx);
void pk_layer_norm_parameter_gradient(
    const float *x, const float *mean, const float *rstd, const float *dy, long rows, long n,
    int accumulate, float *dgamma, float *dbeta);

// -- Batch norm of n x [channels][pixels] over samples and pixels ---------------------------------

// y = (x - mean) rstd gamma + beta, rstd = 1 / sqrt(variance + eps), by the mean and the variance of
// each channel over all samples and pixels; y may be x. Saves mean[samples][channels] and variance
// alike (over N values, not N - 1), the same for each sample.
void pk_batch_norm(
    const float *x, const float *gamma, const float *beta, float eps, long samples, long channels,
    long pixels, float *y, float *mean, float *variance);
// The same by mean[channels] and variance[channels] that are given: each sample by itself.
void pk_batch_norm_by(
    const float *x, const float *gamma, const float *beta, const float *mean,
    const float *variance, float eps, long samples, long channels, long pixels, float *y);
// The gradient goes through mean and variance too, whose first sample's entries are read; dx may be
// dy (or x).
void pk_batch_norm_input_gradient(
    const float *x, const float *gamma, const float *mean, const float *variance, const float *dy,
    float eps, long samples, long channels, long pixels, float *dx);
void pk_batch_norm_scale_gradient(
    const float *x, const float *mean, const float *variance, const float *dy, float eps,
    long samples, long channels, long pixels, int accumulate, float *dgamma);
// y[channels] = factor times the sum of weight[sample] statistic[sample][channels], in Float64.
void pk_running_share(
    const float *statistic, const float *weight, double factor, long samples, long channels,
    int accumulate, float *y);

// -- The linear layer for few rows -----------------------------------------------------------------
// y[rows][outputs] = x[rows][inputs] times the transpose of w[outputs][inputs], plus bias[outputs] where
// it isn't null; `clamp`: 1 makes negative results 0. A row's result depends on that row only.
void pk_linear_rows(
    const float *x, const float *w, const float *bias, long rows, long inputs, long outputs,
    int clamp, float *y);

// -- Convolution of images with few channels ------------------------------------------------------
// Stride 1, one group. x[samples][in][height][width], w[out][in][kernel_h][kernel_w], y[samples][out] of
// rows and columns as many as the kernel finds places for in the padded image: at least one. A sample's
// result depends on that sample only.
typedef struct {
  long samples, in, height, width, out, kernel_h, kernel_w, dilation_h, dilation_w;
  long top, left, bottom, right;  // zeros around an image
} pk_convolution;

// Bytes that each function below needs, aligned as floats. Independent of the samples.
size_t pk_convolution_workspace(const pk_convolution *shape);
// bias[out] may be null.
void pk_convolution_forward(
    const pk_convolution *shape, const float *x, const float *w, const float *bias, float *y,
    void *workspace);
void pk_convolution_input_gradient(
    const pk_convolution *shape, const float *dy, const float *w, float *dx, void *workspace);
void pk_convolution_weight_gradient(
    const pk_convolution *shape, const float *dy, const float *x, int accumulate, float *dw,
    void *workspace);

// -- Causal multi-head attention ------------------------------------------------------------------
// qkv[samples][time][3 width]: q, k, v each `width` wide, head h at columns h * width / heads of
// each (heads divides width, both at least 1); scores scaled by 1 / sqrt(width / heads). Each sample's
// result depends on that sample only.

// Bytes that both functions below need; no alignment asked. Independent of the samples.
size_t pk_attention_workspace(long time, long width, long heads);
// y[samples][time][width]; saves shift[samples][heads][time], the largest score of each row, and sum,
// alike, the sum of exp(score - shift).
void pk_attention(
    const float *qkv, long samples, long time, long width, long heads, float *y, float *shift,
    float *sum, void *workspace);
// dqkv[samples][time][3 width].
void pk_attention_gradient(
    const float *qkv, const float *shift, const float *sum, const float *dy, long samples,
    long time, long width, long heads, float *dqkv, void *workspace);

// -- Dropout --------------------------------------------------------------------------------------

// y[samples][n] = x / (1 - rate) where kept, else 0 (NaN stays NaN). Element e of sample s is kept
// if (word >> 8) 2^-24 >= rate, word number e % 4 of Philox4x32-10 for the counter
// (e / 4, s, 0, step), where samples count from first_sample: the stream of PartitaGraph's
// RandomStream.
// The same call on dy is the gradient. y may be x.
void pk_dropout(
    const float *x, float rate, uint64_t key, uint32_t first_sample, uint32_t step, long samples,
    long n, float *y);

// -- Pooling --------------------------------------------------------------------------------------

// planes = samples x channels; out, the places of the window, is the caller's to fill in: the last
// begins on the image or above and left of it, and may reach beyond the padding. Padding is less than
// the kernel on each side.
typedef struct {
  long planes, height, width, out_h, out_w;
  long kernel_h, kernel_w, stride_h, stride_w;
  long padding_top, padding_left, padding_bottom, padding_right;
  int count_padding;  // 1: padding counts as zeros in the average, 0: as nothing
} pk_pooling;

// What lies beyond the padding counts as nothing.
void pk_average_pool(const pk_pooling *p, const float *x, float *y);
void pk_average_pool_gradient(const pk_pooling *p, const float *dy, float *dx);
// index[planes][out_h][out_w]: where in its plane the maximum is (the first of equals; NaN wins).
void pk_max_pool(const pk_pooling *p, const float *x, float *y, int32_t *index);
void pk_max_pool_gradient(
    const pk_pooling *p, const int32_t *index, const float *dy, float *dx);
// What lies at the places: y of x.
void pk_max_pool_gather(const pk_pooling *p, const int32_t *index, const float *x, float *y);

// -- Layout ---------------------------------------------------------------------------------------

// Axis a of y is axis axes[a] of x; one to four axes.
int pk_permute(int rank, const long *shape, const int *axes, const float *x, float *y);
// Copies x to y over `extents`; neighbours along an axis lie `*_steps` values apart, in x 0 where it
// is repeated.
void pk_copy_strided(
    int rank, const long *extents, const long *x_steps, const long *y_steps, const float *x,
    float *y);

#endif
