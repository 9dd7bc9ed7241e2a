import type { Edit } from "./source-edits.ts";

export const lameHeaders = [
  "hartley.h",
  "huffman_division.h",
  "scalefactor_search.h",
  "second_thread.h",
  "spread_masking.h",
  "vector.h",
  "window_subband.h",
  "write_bits.h",
] as const;

/** Replaces the loops over a band's maskers, in the same way for long and short blocks. */
const spread = (psy: string, energy: string, index: string): string =>
  `    FLOAT   masking[CBANDS];
    unsigned char mean_idx[CBANDS];
    spread_masking(${psy}, ${energy}, ${index}, masking, mean_idx);
    for (b = 0; b < ${psy}->npart; b++) {
        FLOAT   x, ecb = masking[b];
        FLOAT const avg_mask = tab[mean_idx[b]] * 0.5f;
        FLOAT const masking_lower = ${psy}->masking_lower[b] * gfc->sv_qnt.masking_lower;
`;

/**
 * Puts our vector code (the headers in `lame/`) in the place of LAME's slowest loops. The encoder
 * still makes LAME's decisions, except for a silent channel's bits (ADR 41). Apart from that, only
 * rounding differs, in about one frame of a thousand. docs/engine.md says what each header does and
 * gains.
 */
export const lameEdits: readonly Edit[] = [
  {
    file: "vbrquantize.c",
    from: "inline static void\nk_34_4(",
    until: "/**\n *  Robert Hegemann 2001-05-01",
    becomes: '#include "scalefactor_search.h"\n\n',
  },
  {
    file: "vbrquantize.c",
    from: "/* the find_scalefac* routines calculate",
    until: "/*****",
    becomes: "",
  },
  {
    file: "vbrquantize.c",
    from: "        i = (w <= m) ? w : m;",
    until: "    }\n}\n",
    becomes: `        i = (w <= m) ? w : m;
        quantize_lines(xr34_orig, sfpow34, l3, i);
        l3 += i;
        xr34_orig += i;
`,
  },
  {
    file: "psymodel.c",
    from: "/* addition of simultaneous masking ",
    until: "/* short block threshold calculation (part 2)",
    becomes: '#include "spread_masking.h"\n\n',
  },
  {
    file: "psymodel.c",
    from: "            if (m < el)",
    until: "        }\n        eb[b] = ebb;",
    // Avoids a branch that is mispredicted for every other line.
    becomes: "            m = el > m ? el : m;\n",
  },
  {
    file: "psymodel.c",
    from: "    for (j = b = 0; b < gds->npart; b++) {\n        int     kk",
    until: "        ecb *= avg_mask;",
    becomes: spread("gds", "eb", "mask_idx_s"),
  },
  {
    file: "psymodel.c",
    from: "    k = 0;\n    for (b = 0; b < gdl->npart; b++) {",
    until: "        ecb *= avg_mask;",
    becomes: spread("gdl", "eb_l", "mask_idx_l"),
  },
  {
    file: "psymodel.c",
    from: "    *p = lame_calloc(FLOAT, numberOfNoneZero);",
    until: "    return 0;",
    becomes: "    *p = layout_spreading(s3, s3ind, npart);\n    if (!*p)\n        return -1;\n",
  },
  {
    file: "takehiro.c",
    from: "/*************************************************************************/\n/*	      ix_max",
    until:
      "/*************************************************************************/\n/*	      count_bit	",
    becomes: '#include "huffman_division.h"\n\n',
  },
  {
    file: "takehiro.c",
    from: "inline static void\nrecalc_divide_init(",
    until: "static const int slen1_n[16]",
    becomes: "",
  },
  {
    file: "quantize.c",
    from: "    int     i;\n    FLOAT   tmp;\n    *sum = 0;",
    until: "}\n\n\n\n\n\nvoid\ninit_xrpow_core_init",
    // LAME's own loop writes to memory that may alias its input, so no compiler vectorises it.
    becomes: `    FLOAT const *restrict const xr = cod_info->xr;
    FLOAT  *restrict const to = xrpow;
    FLOAT   total = 0, most = 0;
    int     i;
    for (i = 0; i <= upper; ++i) {
        FLOAT const a = fabsf(xr[i]);
        FLOAT const x = sqrtf(a * sqrtf(a));
        total += a;
        to[i] = x;
        most = x > most ? x : most;
    }
    *sum = total;
    cod_info->xrpow_max = most;
`,
  },
  {
    file: "quantize.c",
    from: "#if defined(HAVE_XMMINTRIN_H)\n    if (gfc->CPU_features.SSE)",
    until: "}\n\n\n\nstatic int\ninit_xrpow(",
    becomes: "",
  },
  {
    file: "quantize.c",
    from: "                max_bits[gr][ch] = 0; /* silent granule needs no bits */",
    until:
      "            }\n        }               /* for ch */\n    }                   /* for gr */\n\n    /*  quantize granules",
    // Without the reservoir a channel gets half of the frame, even if the other one is silent. The
    // difference of two equal channels is silent.
    becomes: `                if (cfg->disable_reservoir && cfg->channels_out == 2 && max_bits[gr][1 - ch] > 0) {
                    max_bits[gr][1 - ch] =
                        Min(max_bits[gr][1 - ch] + max_bits[gr][ch], MAX_BITS_PER_CHANNEL);
                }
                max_bits[gr][ch] = 0; /* silent granule needs no bits */
`,
  },
  {
    file: "quantize.c",
    from: "            reduce_side(targ_bits, ms_ener_ratio[gr], mean_bits, max_bits);",
    until:
      "        }\n\n        for (ch = 0; ch < cfg->channels_out; ch++) {\n            FLOAT   adjust",
    becomes: `            reduce_side(targ_bits, ms_ener_ratio[gr], mean_bits, max_bits);
            if (cfg->disable_reservoir && ms_ener_ratio[gr] == 0) {
                int const total = targ_bits[0] + targ_bits[1];
                targ_bits[0] = Min(total, MAX_BITS_PER_CHANNEL);
                targ_bits[1] = total - targ_bits[0];
            }
`,
  },
  // If a band is quantised to nothing, its noise equals its energy, which is allowed. Two functions
  // add up the two sums. They must add in the same order and round alike, and neither may use a
  // fused multiplication: if the sums differ by a rounding error, LAME mistakes the band for too
  // noisy.
  {
    file: "quantize_pvt.c",
    from: "int\ncalc_xmin(",
    until: "int\ncalc_xmin(",
    becomes: "#pragma float_control(precise, on, push)\n#pragma STDC FP_CONTRACT OFF\n",
  },
  {
    file: "quantize_pvt.c",
    from: "    *startline = j;\n    return noise;\n}\n",
    until: "\n\n/*****",
    becomes: "    *startline = j;\n    return noise;\n}\n#pragma float_control(pop)\n",
  },
  {
    file: "newmdct.c",
    from: "inline static void\nwindow_subband(",
    until: "inline static void\nwindow_subband(",
    becomes: '#include "window_subband.h"\n\n',
  },
  {
    file: "newmdct.c",
    from: "    for (i = -15; i < 0; i++) {\n        FLOAT   w, s, t;",
    until: "    {\n        FLOAT   s, t, u, v;",
    becomes: "    window_pairs(x1, x2, a);\n    wp += 15 * 18;\n    x1 -= 15;\n",
  },
  {
    file: "fft.c",
    from: "static void\nfht(",
    until: "static const unsigned char rv_tbl",
    becomes: '#include "hartley.h"\n\n',
  },
  {
    file: "bitstream.c",
    from: "        esv->ancillary_flag ^= !cfg->disable_reservoir;",
    until: "    }\n\n    assert(remainingBits == 0);",
    // The padding bits of a frame alternate, and go on alternating in the next frame. An encoder
    // never forgets that state. With zeros, encoders that began at different places come to agree.
    becomes: "",
  },
  {
    file: "bitstream.c",
    from: "inline static int\nhuffman_coder_count1(",
    until: "inline static int\nhuffman_coder_count1(",
    becomes: '#include "write_bits.h"\n\n',
  },
  {
    file: "bitstream.c",
    from: "        putbits2(gfc, huffbits + h->table[p], h->hlen[p]);",
    until: "        bits += h->hlen[p];",
    becomes: "        put_code(gfc, huffbits + h->table[p], h->hlen[p]);\n",
  },
  {
    file: "bitstream.c",
    from: "inline static int\nHuffmancode(",
    until: "static int\nShortHuffmancodebits(",
    becomes: "",
  },
  {
    file: "util.h",
    from: "        ATH_t  *ATH;",
    until: "        ATH_t  *ATH;",
    becomes: "        struct second_thread *second_thread;\n\n",
  },
  {
    file: "util.h",
    from: "    void    free_id3tag(",
    until: "    void    free_id3tag(",
    becomes: `    int     write_last_frames(lame_internal_flags * gfc, unsigned char *mp3buf, int mp3buf_size);
    void    end_second_thread(lame_internal_flags * gfc);
`,
  },
  {
    file: "util.c",
    from: "    for (i = 0; i <= 2 * BPC; i++)\n        if (gfc->sv_enc.blackfilt[i] != NULL) {",
    until: "    for (i = 0; i <= 2 * BPC; i++)\n        if (gfc->sv_enc.blackfilt[i] != NULL) {",
    becomes: "    end_second_thread(gfc);\n",
  },
  {
    file: "encoder.c",
    from: "typedef FLOAT chgrdata[2][2];",
    until: "\n\n\nint\nlame_encode_mp3_frame(",
    becomes: '#include "second_thread.h"',
  },
  {
    file: "encoder.c",
    from: "    switch (cfg->vbr)\n    {\n    default:",
    until: "    return mp3count;",
    becomes: `    mp3count = (gfc->second_thread ? quantize_later : quantize_frame)
        (gfc, (const FLOAT (*)[2])pe_use, ms_ener_ratio, masking, mp3buf, mp3buf_size);
    ++gfc->ov_enc.frame_number;

`,
  },
  {
    file: "lame.c",
    from: "    /* mp3 related stuff.  bit buffer might still contain some mp3 data */",
    until: "    save_gain_values(gfc);",
    becomes: "    imp3 = write_last_frames(gfc, mp3buffer, mp3buffer_size_remaining);\n",
  },
];
