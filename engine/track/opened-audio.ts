import type { Container } from "../containers/container.ts";
import type { AudioInput } from "../encoding/transcode-job.ts";
import type { LoopbackServer } from "../ffmpeg/loopback-server.ts";
import type { AudioStream, Probe } from "../ffmpeg/probe.ts";
import type { Selection } from "./selection.ts";

/** The audio to convert: its container opened, its track chosen, served to ffmpeg. */
export interface OpenAudio extends AsyncDisposable {
  container: Container;
  probe: Probe;
  stream: AudioStream;
  selection: Selection;
  /** Serves the container's media. */
  server: LoopbackServer;
  /** Whether only the file's name says what it is. */
  isReadByName: boolean;
  /** What the decoder reads: the media, or the container's packets. */
  decoded: { server: LoopbackServer; input: AudioInput };
  /** How many audio tracks there are to choose from. */
  trackCount: number;
}
