/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/* The cheapest division of a granule's big values into three regions with a Huffman table each. */
#include <stdint.h>

/*
 * Which tables can code a largest value: none for 0, table 1 for 1, 2 and 3, 5 and 6, 7 to 9,
 * 10 to 12, 13 to 15, and from 16 on those with escapes.
 */
enum { GROUPS = 8, ESCAPES = GROUPS - 1 };
static int const first_table[GROUPS] = { 0, 1, 2, 5, 7, 10, 13, 16 };
static int const tables_of_group[GROUPS] = { 0, 1, 2, 2, 3, 3, 3, 2 };

static int
group_of(int most)
{
    static uint8_t const groups[16] = { 0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6 };
    return most > 15 ? ESCAPES : groups[most];
}

/* The lengths of up to three tables (or two and the number of escapes) are added up at once. */
#define FIELD_BITS 21
#define FIELD(sum, i) ((int) ((sum) >> (FIELD_BITS * (i))) & ((1 << FIELD_BITS) - 1))

static uint64_t pair_bits[GROUPS][16 * 16];

__attribute__((constructor)) static void
init_pair_bits(void)
{
    for (int g = 1; g < GROUPS; g++) {
        int const most = g == ESCAPES ? 16 : (int) ht[first_table[g]].xlen;
        for (int x = 0; x < most; x++) {
            for (int y = 0; y < most; y++) {
                uint64_t sum = 0;
                for (int t = 0; t < tables_of_group[g]; t++) {
                    int const table = g == ESCAPES ? 16 + 8 * t : first_table[g] + t;
                    sum |= (uint64_t) ht[table].hlen[x * most + y] << (FIELD_BITS * t);
                }
                if (g == ESCAPES) sum |= (uint64_t) ((x == 15) + (y == 15)) << (2 * FIELD_BITS);
                pair_bits[g][x * 16 + y] = sum;
            }
        }
    }
}

/* Where pair_bits has a pair of values. */
static inline unsigned int
pair_index(int const *ix)
{
    return Min(ix[0], 15) * 16 + Min(ix[1], 15);
}

/* The table that codes what `sum` was counted of in the fewest bits; adds these to `bits`. */
static int
choose_from_sum(uint64_t sum, int most, int *bits)
{
    int const g = group_of(most);
    int     table = first_table[g], least = FIELD(sum, 0);
    if (g == ESCAPES) {
        int     t1, t2, first, second;
        if (most > IXMAX_VAL) {
            *bits = LARGE_BITS;
            return -1;
        }
        for (t2 = 24; (int) ht[t2].linmax < most - 15; t2++);
        for (t1 = t2 - 8; (int) ht[t1].linmax < most - 15; t1++);
        first = FIELD(sum, 0) + FIELD(sum, 2) * (int) ht[t1].xlen;
        second = FIELD(sum, 1) + FIELD(sum, 2) * (int) ht[t2].xlen;
        *bits += Min(first, second);
        return first > second ? t2 : t1;
    }
    for (int t = 1; t < tables_of_group[g]; t++) {
        if (least > FIELD(sum, t)) {
            least = FIELD(sum, t);
            table = first_table[g] + t;
        }
    }
    *bits += least;
    return table;
}

static int
largest(int const *ix, int const *end)
{
    int     most = 0;
    for (; ix < end; ix++) most = *ix > most ? *ix : most;
    return most;
}

static int
choose_table_nonMMX(const int *ix, const int *const end, int *const bits)
{
    int const most = largest(ix, end);
    uint64_t const *const lengths = pair_bits[group_of(most)];
    uint64_t sum = 0;
    for (; ix < end; ix += 2) sum += lengths[pair_index(ix)];
    return choose_from_sum(sum, most, bits);
}

/*
 * The lengths of the scalefactor bands below big_values in every group of tables, as sums from the
 * first band on, each group counted when it is first asked for. Bands that a group can't code count
 * nothing in it: no region with such a band asks.
 */
typedef struct {
    int const *bands;           /* borders */
    int     end;                /* big_values */
    int     count;              /* bands that begin before the end */
    int     most[SBMAX_l];
    uint8_t pairs[576 / 2];
    uint8_t known;              /* a bit for each group */
    uint64_t sums[GROUPS][SBMAX_l + 1];
} band_bits_t;

static void
set_end(band_bits_t * b, int const *ix, int end)
{
    b->end = end;
    b->count = 0;
    while (b->bands[b->count] < end) b->count++;
    b->known = 0;
    if (b->count > 0) {
        b->most[b->count - 1] = largest(ix + b->bands[b->count - 1], ix + end);
    }
}

static void
load_bands(band_bits_t * b, int const *bands, int const *ix, int end)
{
    b->bands = bands;
    for (int i = 0; i < end; i += 2) b->pairs[i / 2] = pair_index(ix + i);
    for (int sfb = 0; bands[sfb] < end; sfb++) {
        b->most[sfb] = largest(ix + bands[sfb], ix + Min(bands[sfb + 1], end));
    }
    set_end(b, ix, end);
}

static void
count_group(band_bits_t * b, int g)
{
    uint64_t const *const lengths = pair_bits[g];
    uint64_t sum = 0;
    b->known |= 1 << g;
    b->sums[g][0] = 0;
    for (int sfb = 0; sfb < b->count; sfb++) {
        if (group_of(b->most[sfb]) <= g) {
            int const end = Min(b->bands[sfb + 1], b->end) / 2;
            for (int i = b->bands[sfb] / 2; i < end; i++) sum += lengths[b->pairs[i]];
        }
        b->sums[g][sfb + 1] = sum;
    }
}

/* As choose_table for the bands from `first` to before `end`, of which the largest value is `most`. */
static int
choose_for_bands(band_bits_t * b, int first, int end, int most, int *bits)
{
    int const g = group_of(most);
    if (!(b->known & 1 << g)) count_group(b, g);
    return choose_from_sum(b->sums[g][end] - b->sums[g][first], most, bits);
}

/* The cheapest first two regions that end where band r + 2 begins, for each r. */
typedef struct {
    int     bits[7 + 15 + 1];
    int     region0[7 + 15 + 1];
    int     tables[7 + 15 + 1][2];
} two_regions_t;

static void
divide_two_regions(band_bits_t * b, two_regions_t * two)
{
    for (int r = 0; r < 7 + 15 + 1; r++) two->bits[r] = LARGE_BITS;
    for (int r0 = 0, most0 = 0; r0 < 16 && b->bands[r0 + 1] < b->end; r0++) {
        int     bits0 = 0, most1 = 0, table0;
        most0 = Max(most0, b->most[r0]);
        table0 = choose_for_bands(b, 0, r0 + 1, most0, &bits0);
        for (int r1 = 0; r1 < 8 && b->bands[r0 + r1 + 2] < b->end; r1++) {
            int     bits = bits0, table1;
            most1 = Max(most1, b->most[r0 + r1 + 1]);
            table1 = choose_for_bands(b, r0 + 1, r0 + r1 + 2, most1, &bits);
            if (bits < two->bits[r0 + r1]) {
                two->bits[r0 + r1] = bits;
                two->region0[r0 + r1] = r0;
                two->tables[r0 + r1][0] = table0;
                two->tables[r0 + r1][1] = table1;
            }
        }
    }
}

/* How the quadruples behind the big values are coded. */
typedef struct {
    int     count1;
    int     big_values;
    int     bits;
    int     table_select;
} count1_region_t;

static void
set_count1_region(gr_info * gi, count1_region_t const *c)
{
    gi->count1 = c->count1;
    gi->big_values = c->big_values;
    gi->count1bits = c->bits;
    gi->count1table_select = c->table_select;
}

/* Takes over into `gi` the division with such quadruples, if one is shorter than what it has. */
static void
divide_three_regions(band_bits_t * b, two_regions_t const *two, count1_region_t const *count1,
                     gr_info * gi)
{
    int     most[SBMAX_l + 1]; /* from a band to the end */
    most[b->count] = 0;
    for (int sfb = b->count - 1; sfb >= 0; sfb--) most[sfb] = Max(most[sfb + 1], b->most[sfb]);
    for (int r2 = 2; r2 < SBMAX_l + 1 && b->bands[r2] < b->end; r2++) {
        int     table2, bits = two->bits[r2 - 2] + count1->bits;
        if (gi->part2_3_length <= bits) break;
        table2 = choose_for_bands(b, r2, b->count, most[r2], &bits);
        if (gi->part2_3_length <= bits) continue;
        set_count1_region(gi, count1);
        gi->part2_3_length = bits;
        gi->region0_count = two->region0[r2 - 2];
        gi->region1_count = r2 - 2 - two->region0[r2 - 2];
        gi->table_select[0] = two->tables[r2 - 2][0];
        gi->table_select[1] = two->tables[r2 - 2][1];
        gi->table_select[2] = table2;
    }
}

/*
 * Looks for a shorter code for a granule: every division of its big values, and each of them once
 * more with their last pairs, where these are 0 or 1, among the quadruples.
 */
void
best_huffman_divide(const lame_internal_flags * const gfc, gr_info * const gi)
{
    SessionConfig_t const *const cfg = &gfc->cfg;
    int const *const ix = gi->l3_enc;
    int const *const bands = gfc->scalefac_band.l;
    count1_region_t count1 = {
        gi->count1, gi->big_values, gi->count1bits, gi->count1table_select
    };
    int const end = gi->big_values;
    band_bits_t b;
    two_regions_t two;
    int     i, a1, a2;

    /* SHORT BLOCK stuff fails for MPEG2 */
    if (gi->block_type == SHORT_TYPE && cfg->mode_gr == 1)
        return;

    if (gi->block_type == NORM_TYPE) {
        load_bands(&b, bands, ix, end);
        divide_two_regions(&b, &two);
        divide_three_regions(&b, &two, &count1, gi);
    }
    if (end == 0 || (unsigned int) (ix[end - 2] | ix[end - 1]) > 1)
        return;

    i = gi->count1 + 2;
    if (i > 576)
        return;
    count1.count1 = i;
    a1 = a2 = 0;
    for (; i > end; i -= 4) {
        int const p = ((ix[i - 4] * 2 + ix[i - 3]) * 2 + ix[i - 2]) * 2 + ix[i - 1];
        a1 += t32l[p];
        a2 += t33l[p];
    }
    count1.big_values = i;
    count1.table_select = a1 > a2;
    count1.bits = Min(a1, a2);

    if (gi->block_type == NORM_TYPE) {
        set_end(&b, ix, i);
        divide_three_regions(&b, &two, &count1, gi);
    }
    else {
        int     tables[2] = { gi->table_select[0], gi->table_select[1] };
        int     bits = count1.bits;
        a1 = Min(bands[7 + 1], i);
        if (a1 > 0) tables[0] = gfc->choose_table(ix, ix + a1, &bits);
        if (i > a1) tables[1] = gfc->choose_table(ix + a1, ix + i, &bits);
        if (gi->part2_3_length > bits) {
            set_count1_region(gi, &count1);
            gi->part2_3_length = bits;
            gi->table_select[0] = tables[0];
            gi->table_select[1] = tables[1];
        }
    }
}
