import type { Signal } from "@preact/signals";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { texts } from "../texts/current.ts";
import type { History } from "../transfer/history.ts";
import { DeleteButton } from "./delete-button.tsx";
import { SaveAllButton } from "./save-all.tsx";

/** Which jobs are chosen; undefined while nobody is choosing. */
export type Selection = Signal<ReadonlySet<string> | undefined>;

const FILTERS = ["all", "completed", "failed"] as const;
export type Filter = (typeof FILTERS)[number];

interface Props {
  api: ApiClient;
  history: History;
  /** The jobs that match the search and the filter. */
  jobs: readonly JobView[];
  search: Signal<string>;
  filter: Signal<Filter>;
  selection: Selection;
  onDelete: (jobs: readonly JobView[]) => void;
}

/** Searches earlier jobs by name, filters them by how they ended, and downloads or deletes several at once. */
export function HistoryTools(props: Props) {
  const { api, history, jobs, search, filter, selection, onDelete } = props;
  const { history: words } = texts.value;
  const chosen = jobs.filter(({ jobId }) => selection.value?.has(jobId));
  const withMp3 = chosen.filter(({ state }) => state === "completed");
  const isAll = jobs.length > 0 && chosen.length === jobs.length;
  // Jobs that aren't loaded could match as well.
  const loadRest = () => {
    if (history.hasMore.peek()) void history.loadAll();
  };
  return (
    <div class="tools">
      <input
        type="search"
        aria-label={words.searchLabel}
        placeholder={words.search}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
          if (search.value !== "") loadRest();
        }}
      />
      <select
        aria-label={words.filterLabel}
        value={filter.value}
        onChange={(event) => {
          const { value } = event.currentTarget;
          filter.value = FILTERS.find((one) => one === value) ?? "all";
          if (filter.value !== "all") loadRest();
        }}
      >
        {FILTERS.map((one) => (
          <option key={one} value={one}>
            {words.filters[one]}
          </option>
        ))}
      </select>
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
