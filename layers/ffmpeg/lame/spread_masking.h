/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/* The spreading of masking over the critical bands, eight maskees at a time. */
#include "vector.h"

/*
 * Whether a ratio hi / lo is over 10^(i / 16), and what two maskers that close to each other add up
 * to: Naoki Shibata's table, as in vbrpsy_mask_add, of which this is the form for many maskees.
 */
static const FLOAT mask_add_ratio[] = {
    1.15478198f, 1.33352143f, 1.53992653f, 1.77827941f, 2.05352503f, 2.37137371f, 2.73841963f,
    3.16227766f, 3.65174127f
};
static const FLOAT mask_add_factor[] = {
    1.33352 * 1.33352, 1.35879 * 1.35879, 1.38454 * 1.38454, 1.39497 * 1.39497,
    1.40548 * 1.40548, 1.3537 * 1.3537, 1.30382 * 1.30382, 1.22321 * 1.22321,
    1.14758 * 1.14758, 1
};

/* Adds masker `kk` of strength x to the masking of the bands `b`. */
static inline vfloat
add_masker(vfloat masking, vfloat x, int kk, int nearby, vint b, vint delta)
{
    vfloat const lo = vmin(masking, x), hi = vmax(masking, x), sum = lo + hi;
    vfloat const far = vselect(hi < ma_max_i2 * lo, sum, hi);
    vfloat factor;
    vint    distance;
    if (!nearby) return far;
    factor = splat(mask_add_factor[0]);
    for (int i = 0; i < 9; i++) {
        factor = vselect(hi >= mask_add_ratio[i] * lo, splat(mask_add_factor[i + 1]), factor);
    }
    distance = kk - b;
    return vselect((distance <= delta) & (-distance <= delta), sum * factor, far);
}

/* The bands that mask any of the LANES bands from b on; returns the last, sets the first. */
static int
maskers_of_group(int const (*s3ind)[2], int npart, int b, int *first)
{
    int     last = 0;
    *first = npart;
    for (int i = b; i < b + LANES && i < npart; i++) {
        if (s3ind[i][0] < *first) *first = s3ind[i][0];
        if (s3ind[i][1] > last) last = s3ind[i][1];
    }
    return last;
}

/*
 * Lays out the weights s3[maskee][masker] as spread_masking reads them: for each group of LANES
 * maskees, for each masker, the weights for the whole group. Zeros, which add nothing, fill what
 * lies outside a band's own range. NULL without memory.
 */
static FLOAT *
layout_spreading(FLOAT (*s3)[CBANDS], int const (*s3ind)[2], int npart)
{
    FLOAT  *rows, *row;
    int     first, last, size = 0;
    for (int b = 0; b < npart; b += LANES) {
        last = maskers_of_group(s3ind, npart, b, &first);
        size += (last - first + 1) * LANES;
    }
    row = rows = lame_calloc(FLOAT, size);
    for (int b = 0; rows && b < npart; b += LANES) {
        last = maskers_of_group(s3ind, npart, b, &first);
        for (int kk = first; kk <= last; kk++, row += LANES) {
            for (int i = b; i < b + LANES && i < npart; i++) {
                if (s3ind[i][0] <= kk && kk <= s3ind[i][1]) row[i - b] = s3[i][kk];
            }
        }
    }
    return rows;
}

/*
 * masking[b] = the masking of band b by all bands; index[b] = the mean mask_idx of those, rounded.
 */
static void
spread_masking(PsyConst_CB2SB_t const *gd, FLOAT const *eb, unsigned char const *mask_idx,
               FLOAT masking[CBANDS], unsigned char index[CBANDS])
{
    FLOAT   strength[CBANDS];
    int     delta[CBANDS] = { 0 };
    int     sum[CBANDS + 1];
    FLOAT const *row = gd->s3;

    sum[0] = 0;
    for (int b = 0; b < gd->npart; b++) {
        strength[b] = eb[b] * tab[mask_idx[b]];
        delta[b] = mask_add_delta(mask_idx[b]);
        sum[b + 1] = sum[b] + mask_idx[b];
    }
    for (int b = 0; b < gd->npart; b += LANES) {
        int     kk, last = maskers_of_group(gd->s3ind, gd->npart, b, &kk);
        vint    bands, deltas = LOADI(delta + b);
        vfloat  m = splat(0);
        for (int i = 0; i < LANES; i++) bands[i] = b + i;
        for (; kk < b - 2 && kk <= last; kk++, row += LANES) {
            m = add_masker(m, LOADF(row) * strength[kk], kk, 0, bands, deltas);
        }
        for (; kk < b + LANES + 2 && kk <= last; kk++, row += LANES) {
            m = add_masker(m, LOADF(row) * strength[kk], kk, 1, bands, deltas);
        }
        for (; kk <= last; kk++, row += LANES) {
            m = add_masker(m, LOADF(row) * strength[kk], kk, 0, bands, deltas);
        }
        STOREF(masking + b, m);
    }
    for (int b = 0; b < gd->npart; b++) {
        int const first = gd->s3ind[b][0], end = gd->s3ind[b][1] + 1;
        index[b] = (1 + 2 * (sum[end] - sum[first])) / (2 * (end - first));
    }
}
