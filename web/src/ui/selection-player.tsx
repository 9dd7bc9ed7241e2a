import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../texts/current.ts";
import { formatTime, type Range } from "../transfer/selection.ts";
import { startAlone } from "./player.tsx";

/** Plays the chosen piece, from its start to its end. */
export function SelectionPlayer({ audio, range }: { audio: Blob; range: Range }) {
  const url = useSignal<string | undefined>(undefined);
  const isPlaying = useSignal(false);
  const fault = useSignal(false);
  const player = useRef<HTMLAudioElement>(null);
  const end = useRef(range.endSeconds);
  end.current = range.endSeconds;

  useEffect(() => {
    url.value = URL.createObjectURL(audio);
    return () => URL.revokeObjectURL(url.peek() ?? "");
  }, [audio]);

  // `timeupdate` comes four times a second, which would run past the end.
  useEffect(() => {
    if (!isPlaying.value) return;
    let frame = 0;
    const check = () => {
      const { current } = player;
      if (current && current.currentTime >= end.current) current.pause();
      frame = requestAnimationFrame(check);
    };
    check();
    return () => cancelAnimationFrame(frame);
  }, [isPlaying.value]);

  const toggle = async () => {
    const { current } = player;
    if (!current) return;
    if (isPlaying.value) return current.pause();
    current.currentTime = range.startSeconds;
    await current.play().catch(() => {
      fault.value = true;
    });
  };

  const { waveform } = texts.value;
  const seconds = range.endSeconds - range.startSeconds;
  return (
    <div class="waveform-play">
      <button type="button" class="quiet" onClick={toggle}>
        {isPlaying.value ? waveform.stop : waveform.play}
      </button>
      <span class="meta">{waveform.selected(formatTime(seconds))}</span>
      {fault.value && <span class="fault">{waveform.notPlayed}</span>}
      {/* biome-ignore lint/a11y/useMediaCaption: it is the audio of the user's own file */}
      <audio
        hidden
        ref={player}
        src={url.value}
        preload="auto"
        onPlay={(event) => {
          startAlone(event.currentTarget);
          isPlaying.value = true;
        }}
        onPause={() => {
          isPlaying.value = false;
        }}
      />
    </div>
  );
}
