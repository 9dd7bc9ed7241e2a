/* SPDX-License-Identifier: LGPL-2.0-or-later (a changed part of LAME 3.100) */
/*
 * Quantises and writes frames in a thread of their own. Psychoacoustics, filter bank and the choice
 * between left/right and middle/side need nothing of how earlier frames were quantised, so the calling
 * thread is that far ahead. The second thread has its own copy of the encoder's state, and of each frame
 * it gets what quantising reads of the analysis.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Waking a thread for each frame would cost more than it gains; so many frames take 0.6 MB. */
#define FRAMES_BETWEEN 32

/* LAME's own bound for a call with one frame of samples (lame.h). */
#define WRITTEN_BYTES (1152 * 5 / 4 + 7200)

/* musl's default of 128 KB is near to what quantising takes. */
#define STACK_BYTES (512 * 1024)

typedef struct {
    /* what analysing found */
    FLOAT   xr[2][2][576];
    int     block_type[2][2];
    III_psy_ratio masking[2][2];
    FLOAT   pe[2][2];
    FLOAT   ms_ener_ratio[2];
    FLOAT   ath_adjust_factor;
    int     mode_ext;
    int     padding;
    /* what came of it; less than 0 where it failed */
    int     written;
    unsigned char bytes[WRITTEN_BYTES];
} frame_between;

struct second_thread {
    lame_internal_flags own;
    ATH_t   own_ath;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t analysed_more, quantised_more;
    /* how many frames so far, each number no larger than the one before it; under the lock */
    unsigned int analysed, quantised, taken;
    /* that the second thread goes on to the last frame, and that it ends then; under the lock */
    int     flushing, ending;
    frame_between frames[FRAMES_BETWEEN];
};

/* LAME's last two stages. */
static int
quantize_frame(lame_internal_flags * gfc, FLOAT const (*pe)[2], FLOAT const *ms_ener_ratio,
               III_psy_ratio const (*masking)[2], unsigned char *mp3buf, int mp3buf_size)
{
    int     mp3count;

    switch (gfc->cfg.vbr) {
    default:
    case vbr_off:
        CBR_iteration_loop(gfc, pe, ms_ener_ratio, masking);
        break;
    case vbr_abr:
        ABR_iteration_loop(gfc, pe, ms_ener_ratio, masking);
        break;
    case vbr_rh:
        VBR_old_iteration_loop(gfc, pe, ms_ener_ratio, masking);
        break;
    case vbr_mt:
    case vbr_mtrh:
        VBR_new_iteration_loop(gfc, pe, ms_ener_ratio, masking);
        break;
    }
    (void) format_bitstream(gfc);
    /* The tag has a checksum of all frames, which takes 1% of the time. */
    mp3count = copy_buffer(gfc, mp3buf, mp3buf_size, gfc->cfg.write_lame_tag);
    if (gfc->cfg.write_lame_tag)
        AddVbrFrame(gfc);
    updateStats(gfc);
    return mp3count;
}

static void
quantize_between(struct second_thread *t, frame_between * frame)
{
    lame_internal_flags *const gfc = &t->own;
    for (int gr = 0; gr < gfc->cfg.mode_gr; gr++) {
        for (int ch = 0; ch < gfc->cfg.channels_out; ch++) {
            gr_info *const cod_info = &gfc->l3_side.tt[gr][ch];
            memcpy(cod_info->xr, frame->xr[gr][ch], sizeof cod_info->xr);
            cod_info->block_type = frame->block_type[gr][ch];
            cod_info->mixed_block_flag = 0;
        }
    }
    t->own_ath.adjust_factor = frame->ath_adjust_factor;
    gfc->ov_enc.mode_ext = frame->mode_ext;
    gfc->ov_enc.padding = frame->padding;
    frame->written =
        quantize_frame(gfc, (FLOAT const (*)[2]) frame->pe, frame->ms_ener_ratio,
                       (III_psy_ratio const (*)[2]) frame->masking, frame->bytes, WRITTEN_BYTES);
}

static void *
run_second_thread(void *argument)
{
    struct second_thread *const t = argument;
    pthread_mutex_lock(&t->lock);
    for (;;) {
        while (t->analysed - t->quantised < FRAMES_BETWEEN / 2 && !t->flushing)
            pthread_cond_wait(&t->analysed_more, &t->lock);
        if (t->ending)
            break;
        while (t->analysed != t->quantised && !t->ending) {
            pthread_mutex_unlock(&t->lock);
            quantize_between(t, &t->frames[t->quantised % FRAMES_BETWEEN]);
            pthread_mutex_lock(&t->lock);
            t->quantised++;
            if (t->quantised - t->taken == FRAMES_BETWEEN / 2)
                pthread_cond_signal(&t->quantised_more);
        }
        if (t->flushing && t->analysed == t->quantised) {
            t->flushing = 0;
            pthread_cond_signal(&t->quantised_more);
        }
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

/* Copies out the oldest frame that is quantised and not taken. Not under the lock. */
static int
take_frame(struct second_thread *t, unsigned char *mp3buf, int mp3buf_size)
{
    frame_between const *const frame = &t->frames[t->taken % FRAMES_BETWEEN];
    if (frame->written > mp3buf_size)
        return -1;
    if (frame->written > 0)
        memcpy(mp3buf, frame->bytes, frame->written);
    return frame->written;
}

/*
 * Hands a frame over, after the calling thread's `gfc` was changed as if it had been quantised. Returns
 * the bytes of an earlier one, or 0 while there is room for more.
 */
static int
quantize_later(lame_internal_flags * gfc, FLOAT const (*pe)[2], FLOAT const *ms_ener_ratio,
               III_psy_ratio const (*masking)[2], unsigned char *mp3buf, int mp3buf_size)
{
    struct second_thread *const t = gfc->second_thread;
    SessionConfig_t const *const cfg = &gfc->cfg;
    gr_info const *const last = &gfc->l3_side.tt[cfg->mode_gr - 1][cfg->channels_out - 1];
    int const is_short = cfg->vbr != vbr_mt && cfg->vbr != vbr_mtrh && last->block_type == SHORT_TYPE;
    frame_between *frame;
    int     mp3count = 0;

    /* The psychoacoustics of the next frame read what quantising leaves here. */
    gfc->sv_qnt.masking_lower =
        pow(10.0, (is_short ? gfc->sv_qnt.mask_adjust_short : gfc->sv_qnt.mask_adjust) * 0.1);

    if (t->analysed - t->taken == FRAMES_BETWEEN) {
        pthread_mutex_lock(&t->lock);
        if (t->quantised == t->taken)
            while (t->quantised - t->taken < FRAMES_BETWEEN / 2)
                pthread_cond_wait(&t->quantised_more, &t->lock);
        pthread_mutex_unlock(&t->lock);
        mp3count = take_frame(t, mp3buf, mp3buf_size);
        if (mp3count < 0)
            return mp3count;
    }
    frame = &t->frames[t->analysed % FRAMES_BETWEEN];
    for (int gr = 0; gr < cfg->mode_gr; gr++) {
        for (int ch = 0; ch < cfg->channels_out; ch++) {
            gr_info const *const cod_info = &gfc->l3_side.tt[gr][ch];
            memcpy(frame->xr[gr][ch], cod_info->xr, sizeof cod_info->xr);
            frame->block_type[gr][ch] = cod_info->block_type;
            frame->masking[gr][ch] = masking[gr][ch];
            frame->pe[gr][ch] = pe[gr][ch];
        }
        frame->ms_ener_ratio[gr] = ms_ener_ratio[gr];
    }
    frame->ath_adjust_factor = gfc->ATH->adjust_factor;
    frame->mode_ext = gfc->ov_enc.mode_ext;
    frame->padding = gfc->ov_enc.padding;
    pthread_mutex_lock(&t->lock);
    if (t->analysed - t->taken == FRAMES_BETWEEN)
        t->taken++;
    t->analysed++;
    if (t->analysed - t->quantised == FRAMES_BETWEEN / 2)
        pthread_cond_signal(&t->analysed_more);
    pthread_mutex_unlock(&t->lock);
    return mp3count;
}

int
lame_use_second_thread(lame_global_flags * gfp)
{
    lame_internal_flags *const gfc = gfp->internal_flags;
    SessionConfig_t const *const cfg = &gfc->cfg;
    struct second_thread *t;
    pthread_attr_t attributes;
    int     failed;

    /* These hand more from frame to frame than what is copied here. */
    if (cfg->vbr == vbr_rh || cfg->write_lame_tag || cfg->analysis || cfg->decode_on_the_fly
        || cfg->findPeakSample || cfg->findReplayGain || gfc->bs.buf_byte_idx >= 0)
        return -1;
    t = calloc(1, sizeof *t);
    if (!t)
        return -1;
    t->own = *gfc;
    t->own_ath = *gfc->ATH;
    t->own.ATH = &t->own_ath;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->analysed_more, NULL);
    pthread_cond_init(&t->quantised_more, NULL);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    failed = pthread_create(&t->thread, &attributes, run_second_thread, t);
    pthread_attr_destroy(&attributes);
    if (failed) {
        free(t);
        return -1;
    }
    gfc->second_thread = t;
    return 0;
}

/* Copies out every frame that was handed over, and what the bit stream still holds. */
int
write_last_frames(lame_internal_flags * gfc, unsigned char *mp3buf, int mp3buf_size)
{
    struct second_thread *const t = gfc->second_thread;
    lame_internal_flags *const writer = t ? &t->own : gfc;
    int     mp3count = 0, count;

    if (t) {
        pthread_mutex_lock(&t->lock);
        t->flushing = 1;
        pthread_cond_signal(&t->analysed_more);
        while (t->flushing)
            pthread_cond_wait(&t->quantised_more, &t->lock);
        pthread_mutex_unlock(&t->lock);
        for (; t->taken != t->quantised; t->taken++) {
            count = take_frame(t, mp3buf + mp3count, mp3buf_size - mp3count);
            if (count < 0)
                return count;
            mp3count += count;
        }
    }
    flush_bitstream(writer);
    count = copy_buffer(writer, mp3buf + mp3count, mp3buf_size - mp3count,
                        gfc->cfg.write_lame_tag);
    return count < 0 ? count : mp3count + count;
}

void
end_second_thread(lame_internal_flags * gfc)
{
    struct second_thread *const t = gfc->second_thread;
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->flushing = t->ending = 1;
    pthread_cond_signal(&t->analysed_more);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->analysed_more);
    pthread_cond_destroy(&t->quantised_more);
    pthread_mutex_destroy(&t->lock);
    free(t);
    gfc->second_thread = NULL;
}
