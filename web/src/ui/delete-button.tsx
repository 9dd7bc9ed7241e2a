import { texts } from "../texts/current.ts";
import { AskButton } from "./ask-button.tsx";

/** Asks for confirmation in place, because a deleted MP3 can't be restored. */
export function DeleteButton({ name, onDelete }: { name: string; onDelete: () => void }) {
  const { row } = texts.value;
  return (
    <AskButton
      class="quiet"
      label={row.delete}
      confirm={row.deleteForGood}
      keep={row.keep}
      nameAction={(action) => row.on(action, name)}
      onConfirm={onDelete}
    />
  );
}
