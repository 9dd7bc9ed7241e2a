import { Failure, UnusableTrack } from "../failure.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import { findAsfEncryption } from "./asf-header.ts";
import { type ChunkedPcm, readChunkedPcm } from "./chunked-pcm.ts";
import type { Container } from "./container.ts";
import { findMissingEnd } from "./declared-length.ts";
import { openMatroska } from "./matroska/matroska-file.ts";
import { readMatroskaTrack } from "./matroska/track.ts";
import { openMp3File } from "./mp3/mp3-file.ts";
import { FragmentedMovie } from "./mp4/fragmented-movie.ts";
import { IndexedMovie } from "./mp4/indexed-movie.ts";
import { readMovie } from "./mp4/movie.ts";
import { UnindexedMovie } from "./mp4/unindexed-movie.ts";
import { ChainedOgg, findOggLinks } from "./ogg/chained-ogg.ts";
import { readOggFlacStart } from "./ogg/flac-start.ts";
import { PlainFile } from "./plain-file.ts";
import { findScrambling } from "./scrambling.ts";
import { type Piece, SplicedSource } from "./spliced-source.ts";
import type { TrackChoice } from "./track-choice.ts";

/**
 * Opens a source's container for one of its audio tracks.
 *
 * @throws Failure if its header shows that there is no audio or no movie box, or that it is
 * copy-protected. ffmpeg would decode protected packets as they are, to noise or to errors of a
 * broken file.
 */
export async function openContainer(
  reader: RangeReader,
  choice: TrackChoice,
  signal: AbortSignal,
): Promise<Container> {
  const movie = await readMovie(reader, signal, choice);
  switch (movie.kind) {
    case "failed":
      throw new Failure(movie.code, movie.detail, movie.fileKind);
    case "unusable-track":
      throw new UnusableTrack(new Failure(movie.code, movie.detail), movie.trackCount);
    case "indexed":
      return new IndexedMovie(reader, movie, signal);
    case "fragmented":
      return new FragmentedMovie(reader, movie);
    case "unindexed":
      return new UnindexedMovie(
        reader,
        movie.track,
        movie.missingEnd
          ? { detail: movie.missingEnd, isInterrupted: false, isOfTrack: true }
          : undefined,
      );
    case "not-mp4": {
      const mp3 = await openMp3File(reader, signal);
      if (mp3) return mp3;
      const matroska = await readMatroskaTrack(reader, signal, choice);
      const encryption = matroska?.isEncrypted
        ? "Matroska content encryption"
        : await findAsfEncryption(reader, signal);
      if (encryption) throw new Failure("encrypted", encryption);
      const pcm = await readChunkedPcm(reader, signal);
      if (pcm) return openChunkedPcm(reader, pcm);
      const head = await reader.readHead(signal);
      const missingEnd = await findMissingEnd(reader, signal);
      const links = await findOggLinks(reader, signal);
      if (links) return new ChainedOgg(reader, missingEnd, links);
      return matroska
        ? openMatroska(reader, missingEnd, matroska, signal)
        : new PlainFile(reader, {
            ...{ missingEnd, protection: findScrambling(head) },
            startSeconds: readOggFlacStart(head),
          });
    }
  }
}

function openChunkedPcm(reader: RangeReader, { missingEnd, head }: ChunkedPcm): PlainFile {
  if (!head) {
    const missing = missingEnd ? { detail: missingEnd, isInterrupted: false } : undefined;
    return new PlainFile(reader, { missingEnd: missing });
  }
  const pieces: Piece[] = [head, [head.length, reader.sizeBytes]];
  return new PlainFile(reader, { media: new SplicedSource(reader, pieces) });
}
