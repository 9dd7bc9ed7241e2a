import type { TargetedEvent } from "preact";
import { texts } from "../texts/current.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { dragRow } from "./drag-row.ts";
import { GripIcon } from "./icons.tsx";

interface Props {
  list: TransferList;
  transfer: Transfer;
}

/** Moves a draft among the others: dragged by mouse or finger, or with the arrow keys. */
export function MoveHandle({ list, transfer }: Props) {
  const { moving, row } = texts.value;
  if (list.drafts.value.length < 2) return null;
  const drag = async (event: TargetedEvent<HTMLElement, PointerEvent>) => {
    const handle = event.currentTarget;
    // Nothing is to be selected on the way.
    event.preventDefault();
    handle.focus({ preventScroll: true });
    const { draft } = (await dragRow(handle, event))?.dataset ?? {};
    move(list, transfer, handle, (drafts) => drafts.find(({ id }) => id === draft));
  };
  return (
    <button
      type="button"
      class="quiet move"
      aria-label={row.on(moving.move, transfer.record.fileName)}
      title={moving.hint}
      onPointerDown={drag}
      onKeyDown={(event) => {
        const find = KEYS[event.key];
        if (find === undefined) return;
        event.preventDefault();
        move(list, transfer, event.currentTarget, find);
      }}
    >
      <GripIcon />
    </button>
  );
}

/** For whoever can neither drag nor press keys. https://www.w3.org/TR/WCAG22/#dragging-movements */
export function MoveButtons({ list, transfer }: Props) {
  const { moving } = texts.value;
  const drafts = list.drafts.value;
  if (drafts.length < 2) return null;
  const show = (words: string, find: FindOther) => (
    <button
      type="button"
      class="quiet"
      aria-describedby={`title-${transfer.id}`}
      aria-disabled={find(drafts, drafts.indexOf(transfer)) === undefined}
      onClick={(event) => move(list, transfer, event.currentTarget, find)}
    >
      {words}
    </button>
  );
  return (
    <div class="move-buttons">
      {show(moving.up, before)}
      {show(moving.down, after)}
    </div>
  );
}

/** Finds the draft whose place is taken. */
type FindOther = (drafts: readonly Transfer[], at: number) => Transfer | undefined;

const before: FindOther = (drafts, at) => drafts[at - 1];
const after: FindOther = (drafts, at) => drafts[at + 1];
const KEYS: Readonly<Record<string, FindOther>> = {
  ArrowUp: before,
  ArrowDown: after,
  Home: (drafts) => drafts[0],
  End: (drafts) => drafts.at(-1),
};

function move(list: TransferList, transfer: Transfer, control: HTMLElement, find: FindOther) {
  const drafts = list.drafts.peek();
  const other = find(drafts, drafts.indexOf(transfer));
  if (other === undefined || other === transfer) return;
  list.move(transfer, other);
  // The row is put elsewhere after this event, and what moves in the document loses the focus.
  setTimeout(() => {
    control.focus({ preventScroll: true });
    control.closest("li")?.scrollIntoView({ block: "nearest" });
  });
}
