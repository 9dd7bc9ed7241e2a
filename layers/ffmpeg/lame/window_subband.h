/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/* The window of the polyphase filter bank, for LANES of its 15 pairs of subbands at a time. */
#include "vector.h"

enum { PAIRS = 15, TAPS = 18 };

/* enwindow by taps instead of by pairs, with a pair of zeros behind the others. */
static FLOAT window_taps[TAPS][PAIRS + 1];

__attribute__((constructor)) static void
init_window_taps(void)
{
    for (int pair = 0; pair < PAIRS; pair++) {
        for (int tap = 0; tap < TAPS; tap++) window_taps[tap][pair] = enwindow[pair * TAPS + tap];
    }
}

static inline vfloat
load_backwards(sample_t const *last)
{
    return reverse(LOADF(last - (LANES - 1)));
}

/* a[2p] and a[2p + 1] for all pairs p; x1 and x2 as window_subband has them at its start. */
static void
window_pairs(sample_t const *x1, sample_t const *x2, FLOAT * a)
{
    FLOAT   even[PAIRS + 1], odd[PAIRS + 1];
    for (int p = 0; p < PAIRS; p += LANES) {
        vfloat  s = splat(0), t = splat(0);
        for (int tap = 0; tap < 8; tap++) {
            vfloat const w = LOADF(window_taps[tap] + p);
            int const at = 64 * tap - 224;
            s += LOADF(x2 + p + at) * w;
            t += load_backwards(x1 - p - at) * w;
        }
        for (int tap = 0; tap < 8; tap++) {
            vfloat const w = LOADF(window_taps[8 + tap] + p);
            int const at = 64 * tap - 256;
            s += load_backwards(x1 - p + at) * w;
            t -= LOADF(x2 + p - at) * w;
        }
        s *= LOADF(window_taps[16] + p);
        STOREF(even + p, t + s);
        STOREF(odd + p, (t - s) * LOADF(window_taps[17] + p));
    }
    for (int p = 0; p < PAIRS; p++) {
        a[2 * p] = even[p];
        a[2 * p + 1] = odd[p];
    }
}
