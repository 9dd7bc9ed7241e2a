import type { Edit } from "./source-edits.ts";

/**
 * Makes ffmpeg's queues longer, and wakes their threads less often. ffmpeg runs its demuxer,
 * decoder, filters, encoders and muxers in threads, with a queue between each two. A packet of
 * audio is so small that waking the next thread costs more than decoding the packet: we measured
 * four times the CPU (ADR 44). With these edits, a thread that finds its queue empty sleeps until
 * it is half full or 5 ms have passed. One that finds it full sleeps until it is half empty. The
 * packets and their order stay the same.
 */
export const ffmpegEdits: readonly Edit[] = [
  {
    file: "fftools/ffmpeg_sched.h",
    from: "#define DEFAULT_PACKET_THREAD_QUEUE_SIZE 8",
    until: "\n\n/**\n * Default size of a frame",
    becomes: "#define DEFAULT_PACKET_THREAD_QUEUE_SIZE 64",
  },
  {
    file: "fftools/ffmpeg_sched.h",
    from: "#define DEFAULT_FRAME_THREAD_QUEUE_SIZE 2",
    until: "\n\n/**\n * Add a muxed stream",
    becomes: "#define DEFAULT_FRAME_THREAD_QUEUE_SIZE 64",
  },
  {
    file: "fftools/ffmpeg_sched.c",
    from: "    ret = queue_alloc(&enc->queue, 1, 0, QUEUE_FRAMES);",
    until: "\n    if (ret < 0)",
    // Filters may make large frames.
    becomes: "    ret = queue_alloc(&enc->queue, 1, 16, QUEUE_FRAMES);",
  },
  {
    file: "fftools/thread_queue.c",
    from: '#include "libavutil/avassert.h"',
    until: '#include "libavutil/avassert.h"',
    becomes: "#include <time.h>\n\n",
  },
  {
    file: "fftools/thread_queue.c",
    from: "int tq_send(ThreadQueue *tq",
    until: "int tq_send(ThreadQueue *tq",
    becomes: `#define LONGEST_SLEEP_NS 5000000

static size_t count_waiting(const ThreadQueue *tq)
{
    return av_fifo_can_read(tq->fifo_stream_index);
}

static size_t half_of_queue(const ThreadQueue *tq)
{
    return (count_waiting(tq) + av_fifo_can_write(tq->fifo_stream_index)) / 2;
}

/* Whether what was just added is the first of a batch or completes one. */
static int should_wake_reader(const ThreadQueue *tq)
{
    size_t waiting = count_waiting(tq);
    return waiting == 1 || waiting == half_of_queue(tq) || !av_fifo_can_write(tq->fifo_stream_index);
}

static int is_ending(const ThreadQueue *tq)
{
    for (unsigned i = 0; i < tq->nb_streams; i++)
        if (tq->finished[i])
            return 1;
    return 0;
}

static void sleep_until_half_full(ThreadQueue *tq)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LONGEST_SLEEP_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (count_waiting(tq) < half_of_queue(tq) && !is_ending(tq))
        if (pthread_cond_timedwait(&tq->cond, &tq->lock, &until))
            break;
}

`,
  },
  {
    file: "fftools/thread_queue.c",
    from: "        pthread_cond_broadcast(&tq->cond);\n    }\n\nfinish:",
    until: "    }\n\nfinish:",
    becomes:
      "        if (should_wake_reader(tq))\n            pthread_cond_broadcast(&tq->cond);\n",
  },
  {
    file: "fftools/thread_queue.c",
    from: "        if (can_read != av_container_fifo_can_read(tq->fifo))",
    until: "            pthread_cond_broadcast(&tq->cond);",
    becomes:
      "        if (can_read > half_of_queue(tq) && count_waiting(tq) <= half_of_queue(tq))\n",
  },
  {
    file: "fftools/thread_queue.c",
    from: "            pthread_cond_wait(&tq->cond, &tq->lock);\n            continue;",
    until: "            continue;",
    becomes:
      "            pthread_cond_wait(&tq->cond, &tq->lock);\n            sleep_until_half_full(tq);\n",
  },
  {
    file: "libavcodec/libmp3lame.c",
    from: "#define BUFFER_SIZE (7200",
    until: "\ntypedef struct LAMEContext",
    becomes: `/* Room for the frames that LAME's second thread still has at the end. */
#define BUFFER_SIZE (7200 + 40 * MPA_FRAME_SIZE)

int lame_use_second_thread(lame_global_flags *gfp);
`,
  },
  {
    file: "libavcodec/libmp3lame.c",
    from: "    /* get encoder delay */",
    until: "    /* get encoder delay */",
    becomes: `    if (avctx->thread_count != 1)
        lame_use_second_thread(s->gfp);

`,
  },
  {
    file: "libavcodec/libmp3lame.c",
    from: "                             AV_CODEC_CAP_SMALL_LAST_FRAME,",
    until: "    .priv_data_size        = sizeof(LAMEContext),",
    becomes: `                             AV_CODEC_CAP_SMALL_LAST_FRAME | AV_CODEC_CAP_OTHER_THREADS,
    .caps_internal         = FF_CODEC_CAP_NOT_INIT_THREADSAFE | FF_CODEC_CAP_AUTO_THREADS,
`,
  },
  // A cover's first bytes show what it is, so that its container needn't say it.
  {
    file: "libavformat/mov.c",
    from: "    case 0xd:  id = AV_CODEC_ID_MJPEG; break;",
    until: "\n    case 0xe:",
    becomes: "    case 0: case 0xc: case 0xd: id = AV_CODEC_ID_MJPEG; break;",
  },
  {
    file: "libavformat/matroskadec.c",
    from: '    {"image/gif"',
    until: '    {"image/gif"',
    becomes: `    {"image/bmp"                  , AV_CODEC_ID_BMP},
    {"image/webp"                 , AV_CODEC_ID_WEBP},
    {"image/jpg"                  , AV_CODEC_ID_MJPEG},
`,
  },
  {
    file: "libavformat/img2enc.c",
    from: "    if (st->codecpar->codec_id == AV_CODEC_ID_GIF) {",
    until: "    } else if (st->codecpar->codec_id == AV_CODEC_ID_FITS) {",
    // As it is stored, like any other picture.
    becomes: "    if (0) {\n",
  },
  // Without experimental code (`--disable-unstable`) the release lacks a function that the rest calls.
  ...insertBefore("libswscale/format.c", "void ff_sws_chroma_pos(", "#endif\n"),
  ...insertBefore("libswscale/format.c", "int ff_sws_decode_colors(", "#if CONFIG_UNSTABLE\n"),
  ...makeSmall("libswscale/Makefile", "NAME = swscale", "libswscale/%.o"),
  ...makeSmall(
    "libavcodec/Makefile",
    "NAME = avcodec",
    ["h264pred", "motion_est", "mpegvideo_enc", "tiff", "vp8", "vp8dsp"]
      .map((name) => `libavcodec/${name}.o`)
      .join(" "),
  ),
];

/** Covers are small, and there is one a conversion: what reads and scales them is compiled for size. */
function makeSmall(file: string, firstLine: string, objects: string): Edit[] {
  return insertBefore(file, firstLine, `${objects}: CFLAGS += -Os\n\n`);
}

function insertBefore(file: string, place: string, becomes: string): Edit[] {
  return [{ file, from: place, until: place, becomes }];
}
