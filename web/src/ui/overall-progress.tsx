import { formatPercent, formatTimeLeft } from "../text/format.ts";
import type { TransferList } from "../transfer/transfer-list.ts";

/** How far all files are together, and a button that holds the uploads back. */
export function OverallProgress({ list }: { list: TransferList }) {
  const { count, doneCount, fraction, secondsLeft, isPaused, isSending } = list.overall.value;
  if (count === doneCount || (count < 2 && !isPaused && !isSending)) return null;
  return (
    <div class="overall">
      <p class="meta" id="overall-title">
        {doneCount} of {count} done · {formatPercent(fraction)}
        {isPaused && " · paused"}
        {!isPaused && secondsLeft !== undefined && ` · sending: ${formatTimeLeft(secondsLeft)}`}
      </p>
      {(isPaused || isSending) && (
        <button
          type="button"
          class="quiet"
          onClick={() => (isPaused ? list.resumeAll() : list.pauseAll())}
        >
          {isPaused ? "Go on" : "Pause sending"}
        </button>
      )}
      <progress aria-labelledby="overall-title" max={1} value={fraction} />
    </div>
  );
}
