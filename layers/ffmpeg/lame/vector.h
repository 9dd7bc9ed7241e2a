/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/* Vectors of the machine's width, in the portable notation of GCC and Clang: AVX2 on x86-64, NEON on arm64. */
#ifndef TAPEDECK_VECTOR_H
#define TAPEDECK_VECTOR_H

#ifdef __AVX2__
#define LANES 8
#include <immintrin.h>
#else
#define LANES 4
#endif

typedef float vfloat __attribute__((vector_size(4 * LANES)));
typedef int vint __attribute__((vector_size(4 * LANES)));
/* In memory: at any address a float may have. */
typedef float vfloat_u __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int vint_u __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define LOADF(p) (*(vfloat_u const *) (p))
#define LOADI(p) (*(vint_u const *) (p))
#define STOREF(p, v) (*(vfloat_u *) (p) = (v))
#define STOREI(p, v) (*(vint_u *) (p) = (v))

static inline vfloat reverse(vfloat v)
{
#ifdef __AVX2__
    return __builtin_shufflevector(v, v, 7, 6, 5, 4, 3, 2, 1, 0);
#else
    return __builtin_shufflevector(v, v, 3, 2, 1, 0);
#endif
}

static inline vfloat splat(float x) { return x - (vfloat) {}; }
static inline vint to_int(vfloat x) { return __builtin_convertvector(x, vint); }
static inline vfloat vabs(vfloat x) { return (vfloat) ((vint) x & 0x7fffffff); }
/* mask ? a : b, lane by lane; a mask is all ones or all zeros */
static inline vfloat vselect(vint mask, vfloat a, vfloat b)
{
#ifdef __AVX2__
    return (vfloat) _mm256_blendv_ps((__m256) b, (__m256) a, (__m256) mask);
#else
    return (vfloat) (((vint) a & mask) | ((vint) b & ~mask));
#endif
}
static inline vfloat vmin(vfloat a, vfloat b)
{
#ifdef __AVX2__
    return (vfloat) _mm256_min_ps((__m256) a, (__m256) b);
#else
    return vselect(a < b, a, b);
#endif
}
static inline vfloat vmax(vfloat a, vfloat b)
{
#ifdef __AVX2__
    return (vfloat) _mm256_max_ps((__m256) a, (__m256) b);
#else
    return vselect(a > b, a, b);
#endif
}

static inline float sum_lanes(vfloat v)
{
    float s = 0;
    for (int i = 0; i < LANES; i++) s += v[i];
    return s;
}

static inline float max_lanes(vfloat v)
{
    float m = v[0];
    for (int i = 1; i < LANES; i++) if (m < v[i]) m = v[i];
    return m;
}

#ifdef __AVX2__
/* v[index], lane by lane */
static inline vfloat pick(vfloat v, vint index)
{
    return (vfloat) _mm256_permutevar8x32_ps((__m256) v, (__m256i) index);
}
#endif

/* table[index], lane by lane */
static inline vfloat gather(float const *table, vint index)
{
#ifdef __AVX2__
    return (vfloat) _mm256_i32gather_ps(table, (__m256i) index, 4);
#else
    vfloat v;
    for (int i = 0; i < LANES; i++) v[i] = table[index[i]];
    return v;
#endif
}
#endif
