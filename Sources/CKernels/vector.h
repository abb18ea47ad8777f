// What every kernel file shares: CPU dispatch, sixteen-lane vectors, sums in a fixed order, exp.
//
// A vector never crosses a function border by value (its ABI depends on the CPU features), so the
// helpers take pointers; all of them are inlined and the pointers vanish.
#ifndef PK_VECTOR_H
#define PK_VECTOR_H

#include <stdint.h>
#include <string.h>

// The loader picks among clones before a sanitizer's runtime is there.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define PK_ONE_BODY
#endif
#endif

// One body, compiled for AVX-512, AVX2 and baseline x86-64; the loader picks. Elsewhere: one body.
#if defined(__x86_64__) && defined(__linux__) && !defined(PK_ONE_BODY)
#define PK_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PK_KERNEL
#endif

#define PK_INLINE static inline __attribute__((always_inline))

// Marks a loop whose iterations are independent also when an output is one of its inputs.
#if defined(__clang__)
#define PK_LOOP _Pragma("clang loop vectorize(assume_safety)")
#define PK_UNROLL _Pragma("clang loop unroll(full)")
#else
#define PK_LOOP _Pragma("GCC ivdep")
#define PK_UNROLL _Pragma("GCC unroll 16")
#endif

#define PK_LANES 16

typedef float f32x16 __attribute__((vector_size(64)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef double f64x16 __attribute__((vector_size(128)));
typedef float f32x16_unaligned __attribute__((vector_size(64), aligned(4), may_alias));

#define PK_LOAD(p) ((f32x16)*(const f32x16_unaligned *)(p))
#define PK_STORE(p, v) (*(f32x16_unaligned *)(p) = (v))
#define PK_SPLAT(x) ((f32x16){0} + (x))
// Lane by lane: where the comparison `mask` holds `a`, elsewhere `b`.
#define PK_SELECT(mask, a, b) ((f32x16)(((mask) & (i32x16)(a)) | (~(mask) & (i32x16)(b))))

// The first `count` (< 16) lanes from `p`, the others `fill`.
PK_INLINE void pk_load_some(const float *p, long count, float fill, f32x16 *v) {
  float lanes[PK_LANES];
  for (long l = 0; l < PK_LANES; l++) lanes[l] = l < count ? p[l] : fill;
  *v = PK_LOAD(lanes);
}

// Lanes i ... n - 1 of the row x[n] that whole vectors before i left over, elsewhere `fill`.
PK_INLINE void pk_load_rest(const float *x, long i, long n, float fill, f32x16 *v) {
  if (n < PK_LANES) {
    pk_load_some(x + i, n - i, fill, v);
    return;
  }
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  *v = PK_LOAD(x + n - PK_LANES);
  *v = PK_SELECT(lane >= (int32_t)(PK_LANES - (n - i)), *v, PK_SPLAT(fill));
}

// Writes the first `count` (< 16) lanes.
PK_INLINE void pk_store_some(float *p, long count, const f32x16 *v) {
  float lanes[PK_LANES];
  PK_STORE(lanes, *v);
  for (long l = 0; l < count; l++) p[l] = lanes[l];
}

// Arrays of so many values don't stay in near caches, and what BODY computes leaves the processor no time to
// guess what comes next, least of all at the end of a page: it is asked for so many values ahead.
#define PK_FAR (1 << 16)
#define PK_AHEAD 1024

// Runs BODY over whole vectors and once over the zero-filled rest; BODY turns `v` (from x) and
// `u` (from the second input) into the result `v`.
#define PK_MAP(x, second, y, n, BODY)                              \
  do {                                                             \
    long i_ = 0;                                                   \
    for (; i_ + PK_LANES <= (n); i_ += PK_LANES) {                 \
      f32x16 v = PK_LOAD((x) + i_), u = PK_LOAD((second) + i_);    \
      (void)u;                                                     \
      if ((n) >= PK_FAR) {                                         \
        __builtin_prefetch((x) + i_ + PK_AHEAD);                   \
        __builtin_prefetch((second) + i_ + PK_AHEAD);              \
        __builtin_prefetch((y) + i_ + PK_AHEAD, 1);                \
      }                                                            \
      BODY;                                                        \
      PK_STORE((y) + i_, v);                                       \
    }                                                              \
    if (i_ < (n)) {                                                \
      f32x16 v, u;                                                 \
      pk_load_some((x) + i_, (n) - i_, 0, &v);                     \
      pk_load_some((second) + i_, (n) - i_, 0, &u);                \
      BODY;                                                        \
      pk_store_some((y) + i_, (n) - i_, &v);                       \
    }                                                              \
  } while (0)

// v with its lanes moved down by 8, 4, 2 or 1, for folding.
#define PK_FOLD(v, n)                                                                        \
  __builtin_shufflevector(v, v, (n) + 0, (n) + 1, (n) + 2, (n) + 3, (n) + 4, (n) + 5, (n) + 6, \
                          (n) + 7, -1, -1, -1, -1, -1, -1, -1, -1)

// Sum of the lanes: halves added onto halves.
PK_INLINE float pk_sum_lanes(const f32x16 *v) {
  f32x16 s = *v;
  s += PK_FOLD(s, 8);
  s += PK_FOLD(s, 4);
  s += PK_FOLD(s, 2);
  s += PK_FOLD(s, 1);
  return s[0];
}

// v = max(v, x) lane by lane; a NaN in x counts for nothing.
PK_INLINE void pk_max_into(f32x16 *v, const f32x16 *x) { *v = PK_SELECT(*x > *v, *x, *v); }

// The largest lane.
PK_INLINE float pk_max_lanes(const f32x16 *v) {
  f32x16 s = *v, folded = PK_FOLD(s, 8);
  pk_max_into(&s, &folded);
  folded = PK_FOLD(s, 4);
  pk_max_into(&s, &folded);
  folded = PK_FOLD(s, 2);
  pk_max_into(&s, &folded);
  folded = PK_FOLD(s, 1);
  pk_max_into(&s, &folded);
  return s[0];
}

// x = sqrt(x), correctly rounded; a plain loop over sqrtf would stop at errno.
PK_INLINE void pk_sqrt_lanes(f32x16 *x) {
#if defined(__clang__)
  *x = __builtin_elementwise_sqrt(*x);
#else
  for (int l = 0; l < PK_LANES; l++) (*x)[l] = __builtin_sqrtf((*x)[l]);
#endif
}

// x = exp(x): 2^n times a polynomial of degree 7 (Cephes), error below 2e-7 relative for
// -87 <= x <= 88, the border's value beyond; NaN stays NaN.
PK_INLINE void pk_exp_lanes(f32x16 *x) {
  const float to_integer = 12582912.0f;  // 1.5 * 2^23: adding it rounds, its low bits hold n
  f32x16 low = PK_SPLAT(-87.0f), high = PK_SPLAT(88.0f), v = *x;
  v = PK_SELECT(v < low, low, v);
  v = PK_SELECT(v > high, high, v);
  f32x16 t = v * 1.44269504088896341f + to_integer;
  f32x16 n = t - to_integer;
  f32x16 r = v - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  f32x16 p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + (r + 1.0f);
  *x = p * (f32x16)(((i32x16)t << 23) + 0x3f800000);
}

// x = 2^64 exp(x + low) for x <= 0 and `low` of at most half a unit in x's last place (null: 0), what
// softmax needs: about 1 unit in the last place off, 0 where exp rounds to 0; NaN stays NaN. 2^64 keeps
// what is denormal from being rounded here. For x > 0 the result means nothing.
PK_INLINE void pk_exp_down(f32x16 *x, const f32x16 *low) {
  const float to_integer = 12582912.0f + 127 + 64;  // the low bits are the exponent of the power of 2
  // Lanes that will be zero are worked on as e^0: underflow would cost 100 cycles.
  const i32x16 is_zero = *x < -104.0f;
  const f32x16 v = PK_SELECT(is_zero, PK_SPLAT(0.0f), *x);
  const f32x16 t = v * 1.44269504088896341f + to_integer, n = t - to_integer;
  f32x16 r = v - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  if (low) r = r + *low;
  // e^r = 1 + r + r^2 p, the best p of degree 4 on |r| <= log(2) / 2: 3e-9 off.
  f32x16 p = r * 1.38189388e-3f + 8.36870354e-3f;
  p = p * r + 4.16682884e-2f;
  p = p * r + 1.66665211e-1f;
  p = p * r + 4.99999940e-1f;
  p = (p * (r * r) + r) + 1.0f;
  p = p * (f32x16)((i32x16)t << 23);
  *x = PK_SELECT(is_zero, PK_SPLAT(0.0f), p);
}

// x = 2^64 exp(x - shift) for x <= shift, the difference as if it were exact: rounding it may cost more
// than all the rest.
PK_INLINE void pk_exp_below(f32x16 *x, float shift) {
  f32x16 d = *x - shift, back = d - *x;
  f32x16 low = (*x - (d - back)) - (back + shift);
  low = PK_SELECT(d < -104.0f, PK_SPLAT(0.0f), low);  // d may have overflowed
  pk_exp_down(&d, &low);
  *x = d;
}

#endif
