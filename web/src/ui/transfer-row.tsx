import type { ApiClient } from "../../../client/api-client.ts";
import { formatDuration } from "../../../contract/format.ts";
import { say, texts } from "../texts/current.ts";
import { describeFailure } from "../texts/describe.ts";
import { nameQuality } from "../texts/quality.ts";
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
  const { format, keptUntil, list: words } = texts.value;
  const videoSize = format.size(record.sizeBytes);
  const meta = format.facts([
    job.result ? words.shrunk(videoSize, format.size(job.result.sizeBytes)) : videoSize,
    job.result && formatDuration(job.result.durationSeconds),
    job.result && nameQuality(job.options.quality, texts.value),
    job.expiresAt && job.result && keptUntil(format.day(job.expiresAt)),
  ]);
  return (
    <FinishedRow api={api} list={list} job={job} meta={meta} onDelete={onDiscard}>
      {job.state === "failed" && (
        <div class="callout is-fault">
          <p>{say(describeFailure(job.failure))}</p>
          <div class="callout-actions">
            {job.failure?.code === "truncated" && (
              <button
                type="button"
                aria-describedby={`title-${job.jobId}`}
                onClick={() => transfer.convertIncomplete()}
              >
                {words.convertIncomplete}
              </button>
            )}
            <RetryButton
              transfer={transfer}
              titleId={`title-${job.jobId}`}
              label={words.changeOptions}
            />
          </div>
        </div>
      )}
      {note && <p class="hint">{say(note)}</p>}
    </FinishedRow>
  );
}

function WorkingRow({ list, transfer, onDiscard }: Omit<Props, "api">) {
  const { format, list: words } = texts.value;
  const titleId = `title-${transfer.id}`;
  const { note, phase, record } = transfer.state.value;
  return (
    <li class="row" aria-labelledby={titleId}>
      <div class="row-line">
        <div class="row-text">
          <h3 id={titleId}>
            <bdi>{record.fileName}</bdi>
          </h3>
          <p class="meta">{format.size(record.sizeBytes)}</p>
        </div>
        <div class="row-actions">
          {phase.kind === "waiting" && (
            <button
              type="button"
              class="quiet"
              aria-describedby={titleId}
              onClick={() => list.sendNext(transfer)}
            >
              {words.sendNext}
            </button>
          )}
          {["waiting", "uploading"].includes(phase.kind) && (
            <button
              type="button"
              class="quiet"
              aria-describedby={titleId}
              onClick={() => transfer.pause()}
            >
              {words.pauseOne}
            </button>
          )}
          {phase.kind === "paused" && (
            <button
              type="button"
              class="quiet"
              aria-describedby={titleId}
              onClick={() => transfer.resume()}
            >
              {words.resumeOne}
            </button>
          )}
          <button type="button" class="quiet" aria-describedby={titleId} onClick={onDiscard}>
            {phase.kind === "elsewhere" ? words.hide : words.cancel}
          </button>
        </div>
      </div>
      <TransferProgress list={list} transfer={transfer} titleId={titleId} />
      {note && <p class="hint">{say(note)}</p>}
    </li>
  );
}
