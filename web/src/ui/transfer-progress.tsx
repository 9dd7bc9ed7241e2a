import { say, texts } from "../texts/current.ts";
import { describeSending, describeTimeLeft, explainWholeFile } from "../texts/describe.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { FileButton } from "./file-button.tsx";
import { Progress } from "./progress.tsx";

interface Props {
  list: TransferList;
  transfer: Transfer;
  titleId: string;
}

/** A file's progress, and what it is waiting for. */
export function TransferProgress({ list, transfer, titleId }: Props) {
  const { format, sending, tryAgain } = texts.value;
  const { phase, soundtrack, record } = transfer.state.value;
  switch (phase.kind) {
    case "draft":
      return null;
    case "needs-file":
      return (
        <div class="callout">
          <p>{record.stage === "draft" ? sending.draftNeedsFile : sending.uploadNeedsFile}</p>
          <div class="callout-actions">
            {transfer.canReopen.value && (
              <button
                type="button"
                aria-describedby={titleId}
                onClick={() => void list.reopen(transfer)}
              >
                {sending.openAgain}
              </button>
            )}
            <FileButton describedBy={titleId} onFiles={(files) => void list.add(files)}>
              {sending.chooseFile}
            </FileButton>
          </div>
        </div>
      );
    case "reading": {
      const fraction = soundtrack.kind === "reading" ? soundtrack.fraction : 1;
      return (
        <Progress labelledBy={titleId} fraction={fraction} kind="reading">
          {sending.reading(format.percent(fraction))}
        </Progress>
      );
    }
    case "waiting":
      return (
        <Progress labelledBy={titleId} fraction={0} kind="upload">
          {sending.waiting}
        </Progress>
      );
    case "paused":
      return <p class="hint">{sending.paused}</p>;
    case "uploading":
      return (
        <>
          <Progress
            labelledBy={titleId}
            fraction={phase.sentBytes / phase.totalBytes}
            kind="upload"
          >
            {describeSending(phase, texts.value)}
          </Progress>
          <SendingNote transfer={transfer} totalBytes={phase.totalBytes} />
        </>
      );
    case "elsewhere":
      return <p class="hint">{sending.elsewhere}</p>;
    case "stopped":
      return (
        <div class="callout is-fault">
          <p>{say(phase.sentence)}</p>
          <RetryButton transfer={transfer} titleId={titleId} label={tryAgain} />
        </div>
      );
    case "sent":
      return <Conversion transfer={transfer} titleId={titleId} />;
  }
}

function SendingNote({ transfer, totalBytes }: { transfer: Transfer; totalBytes: number }) {
  const { format, sending } = texts.value;
  const { soundtrack, record } = transfer.state.value;
  if (totalBytes < record.sizeBytes) {
    return (
      <p class="hint">
        {sending.onlySoundtrack(format.size(totalBytes), format.size(record.sizeBytes))}
      </p>
    );
  }
  const reason =
    !record.sendsWhole && soundtrack.kind !== "unread" && soundtrack.kind !== "reading"
      ? explainWholeFile(soundtrack, texts.value)
      : undefined;
  return reason ? <p class="hint">{reason}</p> : null;
}

function Conversion({ transfer, titleId }: Omit<Props, "list">) {
  const { converting, format } = texts.value;
  const fraction = transfer.state.value.job?.progress?.fraction;
  const secondsLeft = transfer.conversionSecondsLeft.value;
  return (
    <Progress labelledBy={titleId} fraction={fraction} kind="conversion">
      {fraction === undefined
        ? converting.soon
        : format.facts([
            converting.now(format.percent(fraction)),
            secondsLeft !== undefined && describeTimeLeft(secondsLeft, texts.value),
          ])}
    </Progress>
  );
}

export function RetryButton({ transfer, titleId, label }: Omit<Props, "list"> & { label: string }) {
  return (
    <button type="button" aria-describedby={titleId} onClick={() => transfer.again()}>
      {label}
    </button>
  );
}
