import { formatSize } from "../../../contract/format.ts";
import { formatPercent, formatTimeLeft } from "../text/format.ts";
import { describeSending, explainWholeFile } from "../text/sentences.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { FileButton } from "./file-button.tsx";
import { Progress } from "./progress.tsx";

interface Props {
  list: TransferList;
  transfer: Transfer;
  titleId: string;
}

/** How far a file is on its way, and what it waits for. */
export function TransferProgress({ list, transfer, titleId }: Props) {
  const { phase, soundtrack, record } = transfer.state.value;
  switch (phase.kind) {
    case "draft":
      return null;
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
    case "paused":
      return <p class="hint">Paused. What has arrived is kept.</p>;
    case "uploading":
      return (
        <>
          <Progress
            labelledBy={titleId}
            fraction={phase.sentBytes / phase.totalBytes}
            kind="upload"
          >
            {describeSending(phase)}
          </Progress>
          <SendingNote transfer={transfer} totalBytes={phase.totalBytes} />
        </>
      );
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
          <RetryButton transfer={transfer} titleId={titleId} label="Try again" />
        </div>
      );
    case "sent":
      return <Conversion transfer={transfer} titleId={titleId} />;
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

function Conversion({ transfer, titleId }: Omit<Props, "list">) {
  const fraction = transfer.state.value.job?.progress?.fraction;
  const secondsLeft = transfer.conversionSecondsLeft.value;
  return (
    <Progress labelledBy={titleId} fraction={fraction} kind="conversion">
      {fraction === undefined
        ? "Arrived. The conversion begins in a moment."
        : `Converting, ${formatPercent(fraction)}`}
      {fraction !== undefined && secondsLeft !== undefined && ` · ${formatTimeLeft(secondsLeft)}`}
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
