import type { Signal } from "@preact/signals";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import type { History } from "../transfer/history.ts";
import { DeleteButton } from "./delete-button.tsx";
import { SaveAllButton } from "./save-all.tsx";

/** Which jobs are chosen; undefined while nobody is choosing. */
export type Selection = Signal<ReadonlySet<string> | undefined>;

interface Props {
  api: ApiClient;
  history: History;
  /** Those that the search leaves. */
  jobs: readonly JobView[];
  search: Signal<string>;
  selection: Selection;
  onDelete: (jobs: readonly JobView[]) => void;
}

/** Looks through earlier jobs by name, and does one thing to many of them. */
export function HistoryTools({ api, history, jobs, search, selection, onDelete }: Props) {
  const chosen = jobs.filter(({ jobId }) => selection.value?.has(jobId));
  const withMp3 = chosen.filter(({ state }) => state === "completed");
  const isAll = chosen.length === jobs.length;
  return (
    <div class="tools">
      <input
        type="search"
        aria-label="Search earlier conversions"
        placeholder="Search"
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
          // What isn't loaded yet can't be found.
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
        Select
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
            {isAll ? "Select none" : "Select all"}
          </button>
          <span class="meta" role="status">
            {chosen.length} selected
          </span>
          {withMp3.length > 0 && (
            <SaveAllButton api={api} jobs={withMp3} label={`Download ${withMp3.length} as ZIP`} />
          )}
          {chosen.length > 0 && (
            <DeleteButton name={`${chosen.length} selected`} onDelete={() => onDelete(chosen)} />
          )}
        </div>
      )}
    </div>
  );
}
