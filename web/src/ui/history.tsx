import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { formatDuration, formatSize } from "../../../contract/format.ts";
import { formatDay } from "../text/format.ts";
import { describeError } from "../text/sentences.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { DeleteButton } from "./delete-button.tsx";
import { ResultPlayer } from "./result-player.tsx";

export function HistorySection({ api, list }: { api: ApiClient; list: TransferList }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const fault = useSignal<string | undefined>(undefined);
  const { jobs, nextCursor, state } = list.history.value;
  const above = new Set(list.transfers.value.map(({ state }) => state.value.record.job?.jobId));
  const earlier = jobs.filter(({ jobId }) => !above.has(jobId));

  const remove = async (job: JobView) => {
    heading.current?.focus();
    try {
      fault.value = undefined;
      await list.deleteJob(job.jobId);
    } catch (error) {
      fault.value = `${job.fileName} wasn’t deleted. ${describeError(error)}`;
    }
  };

  if (state === "loaded" && earlier.length === 0 && nextCursor === undefined) return null;
  return (
    <section aria-labelledby="history-title" aria-busy={state === "loading"}>
      <div class="section-head">
        <h2 id="history-title" tabIndex={-1} ref={heading}>
          Earlier
        </h2>
      </div>
      <div role="alert">{fault.value && <p class="fault">{fault.value}</p>}</div>
      {earlier.length > 0 && (
        <ul class="card history">
          {earlier.map((job) => (
            <HistoryRow key={job.jobId} api={api} job={job} onDelete={() => remove(job)} />
          ))}
        </ul>
      )}
      {state === "loading" && <p class="meta">Loading earlier conversions…</p>}
      {state === "failed" && (
        <div class="callout is-fault">
          <p>Earlier conversions couldn’t be loaded.</p>
          <button type="button" onClick={() => list.loadMore()}>
            Try again
          </button>
        </div>
      )}
      {state === "loaded" && nextCursor !== undefined && (
        <button type="button" class="more" onClick={() => list.loadMore()}>
          Show more
        </button>
      )}
    </section>
  );
}

function HistoryRow({
  api,
  job,
  onDelete,
}: {
  api: ApiClient;
  job: JobView;
  onDelete: () => void;
}) {
  const titleId = `title-${job.jobId}`;
  return (
    <li class="row" aria-labelledby={titleId}>
      <div class="row-text">
        <h3 id={titleId}>
          <bdi>{job.fileName}</bdi>
        </h3>
        <p class="meta">
          {formatDay(job.createdAt)}
          {job.result && ` · ${formatDuration(job.result.durationSeconds)}`}
          {job.result && ` · ${formatSize(job.result.sizeBytes)}`}
          {job.expiresAt && ` · kept until ${formatDay(job.expiresAt)}`}
        </p>
        {job.state === "failed" && <p class="fault">{job.failure?.message}</p>}
        {job.result?.incomplete && <p class="hint">{job.result.incomplete.message}</p>}
        {job.emailFailure && <p class="hint">{job.emailFailure.message}</p>}
        {job.state === "awaiting-upload" && (
          <p class="hint">The file never arrived in full. Choose it above to send it again.</p>
        )}
      </div>
      {job.state === "completed" && <ResultPlayer api={api} job={job} />}
      <div class="row-actions">
        <DeleteButton name={job.fileName} onDelete={onDelete} />
      </div>
    </li>
  );
}
