/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/* The fast Hartley transform behind the FFT: LAME's, LANES rotations at a time. */
#include "vector.h"

/*
 * cos and sin of the angles 1 to k / 8 of each stage with k points in a block, by LAME's own
 * recurrence from `costab`; c2 and s2 are those of the double angles.
 */
typedef struct {
    FLOAT   c1[128], s1[128], c2[128], s2[128];
} rotations_t;

static rotations_t rotations[4];

__attribute__((constructor)) static void
init_rotations(void)
{
    const FLOAT *tri = costab;
    int     stage, kx;
    for (stage = 0, kx = 2; stage < 4; stage++, kx *= 4, tri += 2) {
        rotations_t *const r = &rotations[stage];
        FLOAT   c1 = tri[0], s1 = tri[1];
        for (int i = 0; i < kx; i++) {
            FLOAT const c = c1;
            r->c1[i] = c1;
            r->s1[i] = s1;
            r->c2[i] = 1 - (2 * s1) * s1;
            r->s2[i] = (2 * s1) * c1;
            c1 = c * tri[0] - s1 * tri[1];
            s1 = c * tri[1] + s1 * tri[0];
        }
    }
}

/* One rotation of the points fi and gi of a block whose quarters are k1 apart. */
#define ROTATE(T, LOAD_F, LOAD_G, STORE_F, STORE_G, c1, s1, c2, s2) do { \
        T const fk1 = LOAD_F(k1), gk1 = LOAD_G(k1), fk3 = LOAD_F(3 * k1), gk3 = LOAD_G(3 * k1); \
        T const f = LOAD_F(0), g = LOAD_G(0), fk2 = LOAD_F(2 * k1), gk2 = LOAD_G(2 * k1); \
        T const b1 = s2 * fk1 - c2 * gk1, a1 = c2 * fk1 + s2 * gk1; \
        T const f1 = f - a1, f0 = f + a1, g1 = g - b1, g0 = g + b1; \
        T const b3 = s2 * fk3 - c2 * gk3, a3 = c2 * fk3 + s2 * gk3; \
        T const f3 = fk2 - a3, f2 = fk2 + a3, g3 = gk2 - b3, g2 = gk2 + b3; \
        T const b = s1 * f2 - c1 * g3, a = c1 * f2 + s1 * g3; \
        T const d = c1 * g2 - s1 * f3, c = s1 * g2 + c1 * f3; \
        STORE_F(2 * k1, f0 - a); \
        STORE_F(0, f0 + a); \
        STORE_G(3 * k1, g1 - b); \
        STORE_G(k1, g1 + b); \
        STORE_G(2 * k1, g0 - c); \
        STORE_G(0, g0 + c); \
        STORE_F(3 * k1, f1 - d); \
        STORE_F(k1, f1 + d); \
    } while (0)

#define LOAD_1F(k) fi[k]
#define LOAD_1G(k) gi[k]
#define STORE_1F(k, v) fi[k] = (v)
#define STORE_1G(k, v) gi[k] = (v)
#define LOAD_NF(k) LOADF(fi + (k))
#define LOAD_NG(k) reverse(LOADF(gi + (k)))
#define STORE_NF(k, v) STOREF(fi + (k), v)
#define STORE_NG(k, v) STOREF(gi + (k), reverse(v))

static void
fht(FLOAT * fz, int n)
{
    FLOAT  *const end = fz + 2 * n; /* to get BLKSIZE, because of 3DNow! ASM routine */
    int     stage, k1;
    for (stage = 0, k1 = 4; k1 < 2 * n; stage++, k1 *= 4) {
        rotations_t const *const r = &rotations[stage];
        int const kx = k1 / 2;
        for (FLOAT *block = fz; block < end; block += 4 * k1) {
            /* The angles 0 and 45 degrees, stored when the vectors, which touch the latter, are done. */
            FLOAT  *fi = block, *gi = block + kx;
            FLOAT const f1 = fi[0] - fi[k1], f0 = fi[0] + fi[k1];
            FLOAT const f3 = fi[2 * k1] - fi[3 * k1], f2 = fi[2 * k1] + fi[3 * k1];
            FLOAT const g1 = gi[0] - gi[k1], g0 = gi[0] + gi[k1];
            FLOAT const g3 = (FLOAT) SQRT2 * gi[3 * k1], g2 = (FLOAT) SQRT2 * gi[2 * k1];
            if (kx < LANES) {
                for (int i = 1; i < kx; i++) {
                    fi = block + i;
                    gi = block + k1 - i;
                    ROTATE(FLOAT, LOAD_1F, LOAD_1G, STORE_1F, STORE_1G, r->c1[i - 1],
                           r->s1[i - 1], r->c2[i - 1], r->s2[i - 1]);
                }
            }
            else {
                for (int i = 0; i < kx; i += LANES) {
                    fi = block + 1 + i;
                    gi = block + k1 - LANES - i;
                    ROTATE(vfloat, LOAD_NF, LOAD_NG, STORE_NF, STORE_NG, LOADF(r->c1 + i),
                           LOADF(r->s1 + i), LOADF(r->c2 + i), LOADF(r->s2 + i));
                }
            }
            fi = block;
            gi = block + kx;
            fi[2 * k1] = f0 - f2;
            fi[0] = f0 + f2;
            fi[3 * k1] = f1 - f3;
            fi[k1] = f1 + f3;
            gi[2 * k1] = g0 - g2;
            gi[0] = g0 + g2;
            gi[3 * k1] = g1 - g3;
            gi[k1] = g1 + g3;
        }
    }
}
