import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawSoundtrack } from "../soundtrack/soundtrack.ts";
import { texts } from "../texts/current.ts";
import { moveEnd, type Range, readRange, writeRange } from "../transfer/selection.ts";
import type { Transfer } from "../transfer/transfer.ts";
import { SelectionPlayer } from "./selection-player.tsx";
import { WaveformHandle } from "./waveform-handle.tsx";

const HEIGHT = 100;
const COLUMNS = 500;

/** Draws the recording's waveform, on which a piece can be chosen and played. */
export function Waveform({ transfer }: { transfer: Transfer }) {
  const { waveform } = texts.value;
  const peaks = useSignal<Float32Array | undefined>(undefined);
  const audio = useSignal<Blob | undefined>(undefined);
  const fault = useSignal(false);
  const picture = useRef<HTMLDivElement>(null);
  const { record, soundtrack } = transfer.state.value;
  const seconds = transfer.recordingSeconds.value;

  useEffect(() => {
    const stop = new AbortController();
    void transfer.findAudio().then((found) => {
      if (found === undefined || stop.signal.aborted) return;
      audio.value = found;
      drawSoundtrack(found, stop.signal, (report) => {
        if (report.kind === "failed") fault.value = true;
        if (report.kind !== "peaks") return;
        peaks.value = report.peaks;
        transfer.measuredSeconds.value = report.durationSeconds;
      });
    });
    return () => stop.abort();
  }, [transfer, soundtrack.kind]);

  const isComing = soundtrack.kind === "reading" || soundtrack.kind === "extracted";
  if (audio.value === undefined && !isComing) return null;
  const drawn = fault.value ? undefined : peaks.value;
  if (drawn === undefined || audio.value === undefined || seconds === undefined) {
    return (
      <div class="waveform waveform-wait">
        <p class="hint">{fault.value ? waveform.notDrawn : waveform.drawing}</p>
      </div>
    );
  }
  const range = readRange(record, seconds);
  const choose = (changed: Range) => transfer.changeOptions(writeRange(changed, seconds));
  const handle = (end: keyof Range, label: string) => (
    <WaveformHandle
      label={label}
      seconds={range[end]}
      durationSeconds={seconds}
      picture={picture}
      onMove={(to) => choose(moveEnd(readRange(transfer.record, seconds), end, to, seconds))}
    />
  );
  const percent = (at: number) => `${(at / seconds) * 100}%`;
  return (
    <div class="waveform">
      <div class="waveform-picture" dir="ltr" ref={picture}>
        <svg viewBox={`0 0 ${COLUMNS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path d={drawPeaks(drawn)} />
        </svg>
        <div
          class="waveform-outside"
          style={{ insetInlineStart: "0", width: percent(range.startSeconds) }}
        />
        <div
          class="waveform-outside"
          style={{ insetInlineEnd: "0", width: percent(seconds - range.endSeconds) }}
        />
        {handle("startSeconds", waveform.start)}
        {handle("endSeconds", waveform.end)}
      </div>
      <SelectionPlayer audio={audio.value} range={range} />
    </div>
  );
}

/** Returns an SVG path with a line up and down from the middle for each column. */
function drawPeaks(peaks: Float32Array): string {
  const lines: string[] = [];
  peaks.forEach((peak, column) => {
    const half = Math.max(1, (peak * HEIGHT) / 2);
    lines.push(`M${column + 0.5} ${(50 - half).toFixed(1)}v${(2 * half).toFixed(1)}`);
  });
  return lines.join("");
}
