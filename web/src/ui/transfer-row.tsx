import type { ApiClient } from "../../../client/api-client.ts";
import { formatDuration, formatSize } from "../../../contract/format.ts";
import { formatDay } from "../text/format.ts";
import { nameQuality } from "../text/qualities.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { DraftRow } from "./draft-row.tsx";
import { FinishedRow } from "./finished-row.tsx";
import { RetryButton, TransferProgress } from "./transfer-progress.tsx";

interface Props {
  api: ApiClient;
  list: TransferList;
  transfer: Transfer;
  onDiscard: () => void;
}

export function TransferRow({ api, list, transfer, onDiscard }: Props) {
  const { job, note, phase, record } = transfer.state.value;
  if (phase.kind === "draft") {
    return <DraftRow list={list} transfer={transfer} onDiscard={onDiscard} />;
  }
  if (job === undefined || !transfer.isOver.value) {
    return <WorkingRow list={list} transfer={transfer} onDiscard={onDiscard} />;
  }
  const meta = [
    job.result
      ? `${formatSize(record.sizeBytes)} → ${formatSize(job.result.sizeBytes)} MP3`
      : formatSize(record.sizeBytes),
    job.result && formatDuration(job.result.durationSeconds),
    job.result && nameQuality(job.options.quality),
    job.expiresAt && job.result && `kept until ${formatDay(job.expiresAt)}`,
  ];
  return (
    <FinishedRow api={api} job={job} meta={meta.filter(Boolean).join(" · ")} onDelete={onDiscard}>
      {job.state === "failed" && (
        <div class="callout is-fault">
          <p>{job.failure?.message ?? "The file couldn’t be converted."}</p>
          <div class="callout-actions">
            {job.failure?.code === "truncated" && (
              <button
                type="button"
                aria-describedby={`title-${job.jobId}`}
                onClick={() => transfer.convertIncomplete()}
              >
                Convert what there is
              </button>
            )}
            <RetryButton
              transfer={transfer}
              titleId={`title-${job.jobId}`}
              label="Change options"
            />
          </div>
        </div>
      )}
      {note && <p class="hint">{note}</p>}
    </FinishedRow>
  );
}

/** What taking a row away does in the states where it isn't "Cancel". */
const REMOVAL: Readonly<Record<string, string>> = { elsewhere: "Hide" };

function WorkingRow({ list, transfer, onDiscard }: Omit<Props, "api">) {
  const titleId = `title-${transfer.id}`;
  const { note, phase, record } = transfer.state.value;
  return (
    <li class="row" aria-labelledby={titleId}>
      <div class="row-line">
        <div class="row-text">
          <h3 id={titleId}>
            <bdi>{record.fileName}</bdi>
          </h3>
          <p class="meta">{formatSize(record.sizeBytes)}</p>
        </div>
        <div class="row-actions">
          <button type="button" class="quiet" aria-describedby={titleId} onClick={onDiscard}>
            {REMOVAL[phase.kind] ?? "Cancel"}
          </button>
        </div>
      </div>
      <TransferProgress list={list} transfer={transfer} titleId={titleId} />
      {note && <p class="hint">{note}</p>}
    </li>
  );
}
