import { useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import { askForNotifications, notificationPermission } from "../notify.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { TransferRow } from "./transfer-row.tsx";

export function TransferSection({ api, list }: { api: ApiClient; list: TransferList }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const transfers = list.transfers.value;
  if (transfers.length === 0) return null;
  const drafts = transfers.filter(({ state }) => state.value.phase.kind === "draft");
  const hasFault = drafts.some(({ fault }) => fault.value !== undefined);
  const isAtWork = transfers.some(({ state }) => {
    const { phase, job } = state.value;
    return phase.kind !== "draft" && !job?.result && !job?.failure;
  });

  const discard = async (transfer: Transfer) => {
    // The focused button disappears with its row.
    heading.current?.focus();
    await list.discard(transfer).catch(() => {});
  };

  return (
    <section aria-labelledby="transfers-title">
      <div class="section-head">
        <h2 id="transfers-title" tabIndex={-1} ref={heading}>
          Your files
        </h2>
        {drafts.length > 0 && (
          <button
            type="button"
            class="primary"
            aria-disabled={hasFault}
            onClick={() => list.sendAll()}
          >
            {drafts.length === 1 ? "Convert to MP3" : `Convert ${drafts.length} files to MP3`}
          </button>
        )}
        {drafts.length === 0 && isAtWork && notificationPermission.value === "default" && (
          <button type="button" class="quiet" onClick={askForNotifications}>
            Notify me when ready
          </button>
        )}
      </div>
      <ul class="rows">
        {transfers.map((transfer) => (
          <TransferRow
            key={transfer.id}
            api={api}
            list={list}
            transfer={transfer}
            onDiscard={() => discard(transfer)}
          />
        ))}
      </ul>
    </section>
  );
}
