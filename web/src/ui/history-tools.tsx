import type { Signal } from "@preact/signals";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { texts } from "../texts/current.ts";
import type { History } from "../transfer/history.ts";
import { DeleteButton } from "./delete-button.tsx";
import { SaveAllButton } from "./save-all.tsx";

/** Which jobs are chosen; undefined while nobody is choosing. */
export type Selection = Signal<ReadonlySet<string> | undefined>;

interface Props {
  api: ApiClient;
  history: History;
  /** The jobs that match the search. */
  jobs: readonly JobView[];
  search: Signal<string>;
  selection: Selection;
  onDelete: (jobs: readonly JobView[]) => void;
}

/** Searches earlier jobs by name, and downloads or deletes several at once. */
export function HistoryTools({ api, history, jobs, search, selection, onDelete }: Props) {
  const { history: words } = texts.value;
  const chosen = jobs.filter(({ jobId }) => selection.value?.has(jobId));
  const withMp3 = chosen.filter(({ state }) => state === "completed");
  const isAll = chosen.length === jobs.length;
  return (
    <div class="tools">
      <input
        type="search"
        aria-label={words.searchLabel}
        placeholder={words.search}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
          // The search only covers jobs that are loaded.
          if (search.value !== "" && history.hasMore.peek()) void history.loadAll();
        }}
      />
      <button
        type="button"
        class="quiet"
        aria-pressed={selection.value !== undefined}
        onClick={() => {
          selection.value = selection.value === undefined ? new Set() : undefined;
        }}
      >
        {words.select}
      </button>
      {selection.value !== undefined && (
        <div class="tools-many">
          <button
            type="button"
            class="quiet"
            onClick={() => {
              selection.value = new Set(isAll ? [] : jobs.map(({ jobId }) => jobId));
            }}
          >
            {isAll ? words.selectNone : words.selectAll}
          </button>
          <span class="meta" role="status">
            {words.selected(chosen.length)}
          </span>
          {withMp3.length > 0 && (
            <SaveAllButton
              api={api}
              jobs={withMp3}
              label={words.downloadSelected(withMp3.length)}
            />
          )}
          {chosen.length > 0 && (
            <DeleteButton name={words.selected(chosen.length)} onDelete={() => onDelete(chosen)} />
          )}
        </div>
      )}
    </div>
  );
}
