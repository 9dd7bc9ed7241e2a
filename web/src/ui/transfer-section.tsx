import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import { askForNotifications, notificationPermission } from "../notify.ts";
import { say, texts } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { BatchBar } from "./batch-bar.tsx";
import { focusAfterRemoval } from "./focus.ts";
import { OverallProgress } from "./overall-progress.tsx";
import { SaveAllButton } from "./save-all.tsx";
import { TransferRow } from "./transfer-row.tsx";
import { useSlices } from "./use-slices.ts";

/** Further rows are shown on demand, so that the page stays short with a hundred files. */
const SHOWN_ROWS = 12;

export function TransferSection({ api, list }: { api: ApiClient; list: TransferList }) {
  const { list: words } = texts.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const showsAll = useSignal(false);
  const fault = useSignal<Text | undefined>(undefined);
  const transfers = list.transfers.value;
  const shown = showsAll.value ? transfers : chooseShown(transfers, list.lastMoved.value);
  const hiddenCount = transfers.length - shown.length;
  const drawn = useSlices(shown, ({ id }) => id);
  if (transfers.length === 0) return null;
  const isAtWork = transfers.some((transfer) => !transfer.isDraft.value && !transfer.isOver.value);

  const finished = transfers.flatMap(({ state }) => {
    const { job } = state.value;
    return job?.state === "completed" ? [job] : [];
  });
  const clear = () => {
    heading.current?.focus({ preventScroll: true });
    list.clearFinished();
  };

  const discard = async (transfer: Transfer) => {
    const { job } = transfer.state.peek();
    const rowId = transfer.isOver.peek() && job ? job.jobId : transfer.id;
    focusAfterRemoval(`title-${rowId}`, heading.current);
    fault.value = undefined;
    await list.discard(transfer).catch(() => {
      fault.value = ({ format, list }) =>
        list.notDeletedThere(format.isolate(transfer.record.fileName));
    });
  };

  return (
    <section aria-labelledby="transfers-title">
      <div class="section-head">
        <h2 id="transfers-title" tabIndex={-1} ref={heading}>
          {words.title}
        </h2>
        {finished.length > 1 && (
          <SaveAllButton api={api} jobs={finished} label={words.downloadAll(finished.length)} />
        )}
        {transfers.some(({ isOver }) => isOver.value) && (
          <button type="button" class="quiet" onClick={clear}>
            {words.clear}
          </button>
        )}
        {isAtWork && notificationPermission.value === "default" && (
          <button type="button" class="quiet" onClick={askForNotifications}>
            {words.notifyMe}
          </button>
        )}
      </div>
      <div role="alert">{fault.value && <p class="fault">{say(fault.value)}</p>}</div>
      <OverallProgress list={list} />
      <ul class="card rows">
        {drawn.map((transfer) => (
          <TransferRow
            key={transfer.id}
            api={api}
            list={list}
            transfer={transfer}
            onDiscard={() => discard(transfer)}
          />
        ))}
      </ul>
      {(hiddenCount > 0 || showsAll.value) && transfers.length > SHOWN_ROWS && (
        <button
          type="button"
          class="more"
          aria-expanded={showsAll.value}
          onClick={() => {
            showsAll.value = !showsAll.value;
          }}
        >
          {showsAll.value ? words.showFewer : words.showAll(transfers.length)}
        </button>
      )}
      {list.drafts.value.length > 0 && (
        // The button that had the focus is removed.
        <BatchBar list={list} onSent={() => heading.current?.focus({ preventScroll: true })} />
      )}
    </section>
  );
}

/** Chooses the first rows, starting with files that still need time or the user. */
function chooseShown(
  transfers: readonly Transfer[],
  lastMoved: Transfer | undefined,
): readonly Transfer[] {
  if (transfers.length <= SHOWN_ROWS) return transfers;
  const byNeed = [
    ...transfers.filter((transfer) => transfer === lastMoved && transfer.isDraft.value),
    ...transfers.filter(({ fault }) => fault.value !== undefined),
    ...transfers.filter(({ needsSomebody }) => needsSomebody.value),
    ...transfers.filter(({ isOver }) => !isOver.value),
    ...transfers,
  ];
  const chosen = new Set([...new Set(byNeed)].slice(0, SHOWN_ROWS));
  return transfers.filter((transfer) => chosen.has(transfer));
}
