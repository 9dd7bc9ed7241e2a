import type { ApiClient } from "../../../client/api-client.ts";
import { formatDuration, formatSize } from "../../../contract/format.ts";
import { formatPercent, formatTimeLeft } from "../text/format.ts";
import { explainWholeFile } from "../text/sentences.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { DeleteButton } from "./delete-button.tsx";
import { DraftOptions } from "./draft-options.tsx";
import { FileButton } from "./file-button.tsx";
import { Progress } from "./progress.tsx";
import { ResultPlayer } from "./result-player.tsx";

interface Props {
  api: ApiClient;
  list: TransferList;
  transfer: Transfer;
  onDiscard: () => void;
}

/** Removing a row ends its transfer, unless there is nothing to end or it isn't ours. */
const REMOVAL: Readonly<Record<string, string>> = { draft: "Remove", elsewhere: "Hide" };

export function TransferRow({ api, list, transfer, onDiscard }: Props) {
  const titleId = `title-${transfer.id}`;
  const { job, note, phase, record } = transfer.state.value;
  const isOver = job?.result !== undefined || job?.failure !== undefined;
  return (
    <li class="card row" aria-labelledby={titleId}>
      <div class="row-head">
        <h3 id={titleId}>
          <bdi>{record.fileName}</bdi>
        </h3>
        <div class="row-actions">
          {isOver && job ? (
            <DeleteButton name={record.fileName} onDelete={onDiscard} />
          ) : (
            <button type="button" class="quiet" aria-describedby={titleId} onClick={onDiscard}>
              {REMOVAL[phase.kind] ?? "Cancel"}
            </button>
          )}
        </div>
      </div>
      <p class="meta">
        {formatSize(record.sizeBytes)}
        {job?.result && ` → ${formatSize(job.result.sizeBytes)} MP3`}
        {job?.result && ` · ${formatDuration(job.result.durationSeconds)}`}
      </p>
      <State api={api} list={list} transfer={transfer} titleId={titleId} />
      {job?.result?.incomplete && <p class="hint">{job.result.incomplete.message}</p>}
      {job?.emailFailure && <p class="hint">{job.emailFailure.message}</p>}
      {note && <p class="hint">{note}</p>}
    </li>
  );
}

function State({
  api,
  list,
  transfer,
  titleId,
}: Pick<Props, "api" | "list" | "transfer"> & { titleId: string }) {
  const { phase, soundtrack, record } = transfer.state.value;
  switch (phase.kind) {
    case "draft":
      return <DraftOptions list={list} transfer={transfer} />;
    case "needs-file":
      return (
        <div class="callout">
          <p>
            {record.stage === "draft"
              ? "The page was loaded anew, so it needs this file again. Your options are kept."
              : "Choose this file again to continue. What has arrived already isn’t sent twice."}
          </p>
          <FileButton describedBy={titleId} onFiles={(files) => void list.add(files)}>
            Choose the file
          </FileButton>
        </div>
      );
    case "reading": {
      const fraction = soundtrack.kind === "reading" ? soundtrack.fraction : 1;
      return (
        <Progress labelledBy={titleId} fraction={fraction} kind="reading">
          Reading the soundtrack, {formatPercent(fraction)}
        </Progress>
      );
    }
    case "waiting":
      return (
        <Progress labelledBy={titleId} fraction={0} kind="upload">
          Waiting for its turn
        </Progress>
      );
    case "uploading": {
      const { sentBytes, totalBytes, speed, wait } = phase;
      return (
        <>
          <Progress labelledBy={titleId} fraction={sentBytes / totalBytes} kind="upload">
            {wait === "offline" && "You are offline. It goes on when the network is back. "}
            {wait === "retrying" && "The connection broke off, trying again. "}
            {`Sending ${formatSize(sentBytes)} of ${formatSize(totalBytes)}`}
            {!wait && speed.secondsLeft !== undefined && (
              <>
                {` · ${formatSize(speed.bytesPerSecond)}/s`}
                {` · ${formatTimeLeft(speed.secondsLeft)}`}
              </>
            )}
          </Progress>
          <SendingNote transfer={transfer} totalBytes={totalBytes} />
        </>
      );
    }
    case "elsewhere":
      return (
        <p class="hint">
          Another tab of this browser is sending this file. It continues here when that tab is
          closed.
        </p>
      );
    case "stopped":
      return (
        <div class="callout is-fault">
          <p>{phase.sentence}</p>
          <RetryButton transfer={transfer} titleId={titleId} />
        </div>
      );
    case "sent":
      return <JobState api={api} transfer={transfer} titleId={titleId} />;
  }
}

function SendingNote({ transfer, totalBytes }: { transfer: Transfer; totalBytes: number }) {
  const { soundtrack, record } = transfer.state.value;
  if (totalBytes < record.sizeBytes) {
    return (
      <p class="hint">
        Only the soundtrack is sent: {formatSize(totalBytes)} instead of{" "}
        {formatSize(record.sizeBytes)}.
      </p>
    );
  }
  const reason =
    !record.sendsWhole && soundtrack.kind !== "unread" && soundtrack.kind !== "reading"
      ? explainWholeFile(soundtrack)
      : undefined;
  return reason ? <p class="hint">{reason}</p> : null;
}

function JobState({
  api,
  transfer,
  titleId,
}: {
  api: ApiClient;
  transfer: Transfer;
  titleId: string;
}) {
  const { job } = transfer.state.value;
  if (job?.state === "completed") return <ResultPlayer api={api} job={job} isOpen />;
  if (job?.state === "failed") {
    return (
      <div class="callout is-fault">
        <p>{job.failure?.message ?? "The file couldn’t be converted."}</p>
        <RetryButton transfer={transfer} titleId={titleId} label="Change options" />
      </div>
    );
  }
  const fraction = job?.progress?.fraction;
  return (
    <Progress labelledBy={titleId} fraction={fraction} kind="conversion">
      {fraction === undefined
        ? "Arrived. The conversion begins in a moment."
        : `Converting, ${formatPercent(fraction)}`}
    </Progress>
  );
}

function RetryButton({
  transfer,
  titleId,
  label = "Try again",
}: {
  transfer: Transfer;
  titleId: string;
  label?: string;
}) {
  return (
    <button type="button" aria-describedby={titleId} onClick={() => transfer.again()}>
      {label}
    </button>
  );
}
