/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/* The search for the largest quantiser step whose noise a scalefactor band can hide. */
#include "vector.h"

/* Least xr34 * ipow20[sf] that isn't quantised to 0 (adj43asm[1] + 0.5 below 1), rounded down. */
#define LEAST_NONZERO 0.5f
/* Below it all quantised values are under 8 and fit a vector. */
#define SMALL_VALUES 7.4f

/* Quantises to the integer whose 4/3 power is nearest; adj43asm moves the borders to these. */
static inline vint
quantize_vector(vfloat x)
{
    return to_int(x + gather(adj43asm, to_int(x + 0.5f)) + 0.5f);
}

static void
quantize_lines(FLOAT const *xr34, FLOAT sfpow34, int *l3, unsigned int n)
{
    unsigned int i = 0;
    for (; i + LANES <= n; i += LANES) {
        STOREI(l3 + i, quantize_vector(sfpow34 * LOADF(xr34 + i)));
    }
    for (; i < n; i++) {
        FLOAT const x = sfpow34 * xr34[i];
        l3[i] = (int) (x + adj43asm[(int) (x + 0.5f)] + 0.5f);
    }
}

/* A scalefactor band, padded with zeros, which add no noise, to whole vectors. */
typedef struct {
    FLOAT   abs[576 + LANES];
    FLOAT   xr34[576 + LANES];
    unsigned int width;         /* padded */
    unsigned int lines;
    FLOAT   energy;
    FLOAT   max_xr34;
} band_t;

static void
load_band(band_t * band, FLOAT const *xr, FLOAT const *xr34, unsigned int bw)
{
    vfloat energy = splat(0), most = splat(0);
    unsigned int i = 0;
    for (; i + LANES <= bw; i += LANES) {
        vfloat const a = vabs(LOADF(xr + i)), b = LOADF(xr34 + i);
        STOREF(band->abs + i, a);
        STOREF(band->xr34 + i, b);
        energy += a * a;
        most = vmax(most, b);
    }
    if (i < bw) {
        STOREF(band->abs + i, splat(0));
        STOREF(band->xr34 + i, splat(0));
        for (unsigned int j = i; j < bw; j++) {
            band->abs[j] = fabsf(xr[j]);
            band->xr34[j] = xr34[j];
        }
        energy += LOADF(band->abs + i) * LOADF(band->abs + i);
        most = vmax(most, LOADF(band->xr34 + i));
        i += LANES;
    }
    band->width = i;
    band->lines = bw;
    band->energy = sum_lanes(energy);
    band->max_xr34 = max_lanes(most);
}

/*
 * Whether quantising the band with `sf` adds more noise than `limit`. Most steps are so fine or so
 * coarse that bounds decide; the others stop at the line where the sum passes the limit.
 */
static int
is_too_noisy(band_t const *band, uint8_t sf, FLOAT limit)
{
    const FLOAT sfpow = pow20[sf + Q_MAX2]; /*pow(2.0,sf/4.0); */
    const FLOAT sfpow34 = ipow20[sf]; /*pow(sfpow,-3.0/4.0); */
    FLOAT const most = sfpow34 * band->max_xr34;
    int const top = (int) most + 1;
    FLOAT half_gap;
    vfloat noise = splat(0);

    if (most < LEAST_NONZERO) return limit < band->energy;
    half_gap = 0.505f * sfpow * (pow43[top] - pow43[top - 1]);
    if (band->lines * half_gap * half_gap < limit) return 0;

#ifdef __AVX2__
    if (most < SMALL_VALUES) {
        vfloat const adjust = LOADF(adj43asm), power = LOADF(pow43) * sfpow;
        for (unsigned int i = 0; i < band->width; i += LANES) {
            vfloat const x = sfpow34 * LOADF(band->xr34 + i);
            vint const near = to_int(x + 0.5f);
            vint const l3 = to_int(x + pick(adjust, near) + 0.5f);
            vfloat const d = LOADF(band->abs + i) - pick(power, l3);
            noise += d * d;
            if ((i & (4 * LANES - 1)) == 3 * LANES && limit < sum_lanes(noise)) return 1;
        }
        return limit < sum_lanes(noise);
    }
#endif
    for (unsigned int i = 0; i < band->width; i += LANES) {
        vint const l3 = quantize_vector(sfpow34 * LOADF(band->xr34 + i));
        vfloat const d = LOADF(band->abs + i) - sfpow * gather(pow43, l3);
        noise += d * d;
        if ((i & (2 * LANES - 1)) == LANES && limit < sum_lanes(noise)) return 1;
    }
    return limit < sum_lanes(noise);
}

/* What is known of a scalefactor: nothing, that it adds too much noise, or that it doesn't. */
enum { UNKNOWN = 0, NOISY, QUIET };

static int
is_noisy_once(band_t const *band, uint8_t sf, FLOAT limit, uint8_t known[256])
{
    if (known[sf] == UNKNOWN) known[sf] = is_too_noisy(band, sf, limit) ? NOISY : QUIET;
    return known[sf] == NOISY;
}

/*
 * LAME's search: eight halvings for a scalefactor that, like its two neighbours, keeps the noise
 * under l3_xmin.
 */
static  uint8_t
find_scalefac_x34(const FLOAT * xr, const FLOAT * xr34, FLOAT l3_xmin, unsigned int bw,
                  uint8_t sf_min)
{
    band_t  band;
    uint8_t known[256] = { UNKNOWN };
    uint8_t sf = 128, sf_ok = 255, delsf = 128, seen_good_one = 0, i;
    load_band(&band, xr, xr34, bw);
    for (i = 0; i < 8; ++i) {
        delsf >>= 1;
        if (sf <= sf_min) {
            sf += delsf;
            continue;
        }
        if (is_noisy_once(&band, sf, l3_xmin, known)
            || (sf < 255 && is_noisy_once(&band, sf + 1, l3_xmin, known))
            || (sf > 0 && is_noisy_once(&band, sf - 1, l3_xmin, known))) {
            sf -= delsf;
        }
        else {
            sf_ok = sf;
            sf += delsf;
            seen_good_one = 1;
        }
    }
    if (seen_good_one > 0) {
        sf = sf_ok;
    }
    return sf <= sf_min ? sf_min : sf;
}
