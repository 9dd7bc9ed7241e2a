import type { RefObject } from "preact";
import { formatTime } from "../transfer/selection.ts";

/** How far the arrow keys move a handle, alone and with Shift. */
const STEP_SECONDS = 0.1;
const LARGE_STEP_SECONDS = 1;
const PAGE_STEP_SECONDS = 10;

interface Props {
  label: string;
  seconds: number;
  durationSeconds: number;
  /** The element that the handle moves along. */
  picture: RefObject<HTMLElement | null>;
  onMove: (seconds: number) => void;
}

/** One end of the chosen piece: dragged by mouse, pen or finger, or moved by keys. */
export function WaveformHandle({ label, seconds, durationSeconds, picture, onMove }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? LARGE_STEP_SECONDS : STEP_SECONDS;
    const moves: Record<string, number> = {
      ArrowLeft: seconds - step,
      ArrowDown: seconds - step,
      ArrowRight: seconds + step,
      ArrowUp: seconds + step,
      PageDown: seconds - PAGE_STEP_SECONDS,
      PageUp: seconds + PAGE_STEP_SECONDS,
      Home: 0,
      End: durationSeconds,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onMove(to);
  };
  const onPointerMove = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    const box = picture.current?.getBoundingClientRect();
    if (!handle.hasPointerCapture(event.pointerId) || !box) return;
    onMove(((event.clientX - box.left) / box.width) * durationSeconds);
  };
  return (
    <div
      class="waveform-handle"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationSeconds * 10) / 10}
      aria-valuenow={Math.round(seconds * 10) / 10}
      aria-valuetext={formatTime(seconds)}
      style={{ left: `${(seconds / durationSeconds) * 100}%` }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
