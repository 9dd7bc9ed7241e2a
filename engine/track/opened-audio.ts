import type { Container } from "../containers/container.ts";
import type { AudioInput } from "../encoding/transcode-job.ts";
import type { LoopbackServer } from "../ffmpeg/loopback-server.ts";
import type { AudioStream, Probe } from "../ffmpeg/probe.ts";
import type { Selection } from "./selection.ts";

/** The audio to convert, with its container opened, its track chosen, and its media served to ffmpeg. */
export interface OpenAudio extends AsyncDisposable {
  container: Container;
  probe: Probe;
  stream: AudioStream;
  selection: Selection;
  /** Serves the container's media. */
  server: LoopbackServer;
  /** Whether the format is known only from the file's name. */
  isReadByName: boolean;
  /** The decoder's input: the media itself, or only the packets of the track. */
  decoded: { server: LoopbackServer; input: AudioInput };
  /** How many audio tracks there are to choose from. */
  trackCount: number;
}
