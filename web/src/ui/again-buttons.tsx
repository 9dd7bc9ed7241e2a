import type { JobView } from "../../../client/answers.ts";
import { texts } from "../texts/current.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { showDraft } from "./focus.ts";

/** Buttons that may help with a failed job whose source is still kept. */
export function AgainButtons({ list, job }: { list: TransferList; job: JobView }) {
  const { list: words } = texts.value;
  const titleId = `title-${job.jobId}`;
  return (
    <div class="callout-actions">
      {job.failure?.code === "truncated" && (
        <button
          type="button"
          aria-describedby={titleId}
          onClick={() => list.convertIncomplete(job)}
        >
          {words.convertIncomplete}
        </button>
      )}
      <button
        type="button"
        aria-describedby={titleId}
        onClick={() => showDraft(list.addAgain(job).id)}
      >
        {words.changeOptions}
      </button>
    </div>
  );
}
