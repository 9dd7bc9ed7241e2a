import { texts } from "../texts/current.ts";
import { describeTimeLeft } from "../texts/describe.ts";
import type { TransferList } from "../transfer/transfer-list.ts";

/** The progress of all files together, and a button that pauses the uploads. */
export function OverallProgress({ list }: { list: TransferList }) {
  const { count, doneCount, fraction, secondsLeft, isPaused, isSending } = list.overall.value;
  const { format, list: words } = texts.value;
  if (count === doneCount || (count < 2 && !isPaused && !isSending)) return null;
  return (
    <div class="overall">
      <p class="meta" id="overall-title">
        {format.facts([
          words.overall(doneCount, count),
          format.percent(fraction),
          isPaused && words.paused,
          !isPaused &&
            secondsLeft !== undefined &&
            words.sendingTimeLeft(describeTimeLeft(secondsLeft, texts.value)),
        ])}
      </p>
      {(isPaused || isSending) && (
        <button
          type="button"
          class="quiet"
          onClick={() => (isPaused ? list.resumeAll() : list.pauseAll())}
        >
          {isPaused ? words.goOn : words.pause}
        </button>
      )}
      <progress aria-labelledby="overall-title" max={1} value={fraction} />
    </div>
  );
}
