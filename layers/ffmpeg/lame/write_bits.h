/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/* Writing codes of up to 48 bits at once. */
#include <stdint.h>

/*
 * Appends the n <= 48 lowest bits of val, whose higher ones are 0. Where no frame header falls due
 * before its end it is one store of eight bytes, of which the last ones are written again later.
 */
inline static void
put_code(lame_internal_flags * gfc, uint64_t val, int n)
{
    Bit_stream_struc *const bs = &gfc->bs;
    EncStateVar_t const *const esv = &gfc->sv_enc;
    int const until_header = esv->header[esv->w_ptr].write_timing - bs->totbit;

    if (n == 0) return;
    if ((until_header < 0 || until_header >= n) && bs->buf_byte_idx + 8 < BUFFER_SIZE) {
        unsigned char *const at = bs->buf + bs->buf_byte_idx;
        int const used = 8 - bs->buf_bit_idx;
        uint64_t const word = (uint64_t) at[0] << 56 | val << (64 - used - n);
        uint64_t const bytes = __builtin_bswap64(word);
        int const bits = used + n;
        memcpy(at, &bytes, 8);
        bs->buf_byte_idx += (bits - 1) >> 3;
        bs->buf_bit_idx = -bits & 7;
        bs->totbit += n;
        return;
    }
    for (int const part = n > 24 ? n - 24 : 0; n > 0;) {
        int const k = n > 24 ? part : n;
        putbits2(gfc, (int) (val >> (n - k)) & ((1 << k) - 1), k);
        n -= k;
    }
}

/* Writes the values from start to before end by one Huffman table; returns their bits. */
inline static int
Huffmancode(lame_internal_flags * const gfc, const unsigned int tableindex,
            int start, int end, gr_info const *gi)
{
    struct huffcodetab const *const h = &ht[tableindex];
    int     bits = 0;

    if (!tableindex)
        return bits;
    for (int i = start; i < end; i += 2) {
        unsigned int x = gi->l3_enc[i], y = gi->l3_enc[i + 1];
        /* a sign each but for zeros */
        int const nx = x != 0, ny = y != 0;
        uint64_t const sx = nx & (gi->xr[i] < 0.0f), sy = ny & (gi->xr[i + 1] < 0.0f);
        uint64_t code;
        int     n;
        if (tableindex <= 15u) {
            unsigned int const at = x * h->xlen + y;
            code = (((uint64_t) h->table[at] << nx | sx) << ny) | sy;
            n = h->hlen[at];
        }
        else {
            /* 15 stands for it and what linbits add */
            int const linbits = h->xlen;
            int const lx = x >= 15u ? linbits : 0, ly = y >= 15u ? linbits : 0;
            uint64_t const ex = lx ? x - 15u : 0, ey = ly ? y - 15u : 0;
            unsigned int const at = (lx ? 15u : x) * 16 + (ly ? 15u : y);
            code = ((uint64_t) h->table[at] << lx | ex) << nx | sx;
            code = (code << ly | ey) << ny | sy;
            n = h->hlen[at] + lx + ly;
        }
        put_code(gfc, code, n);
        bits += n;
    }
    return bits;
}
