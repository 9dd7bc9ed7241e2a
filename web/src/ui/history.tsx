import { useSignal } from "@preact/signals";
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { formatDuration } from "../../../contract/format.ts";
import { say, texts } from "../texts/current.ts";
import { describeError, describeFailure } from "../texts/describe.ts";
import { nameQuality } from "../texts/quality.ts";
import type { Text } from "../texts/text.ts";
import { canConvertAgain, nameJob } from "../transfer/job-facts.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { AgainButtons } from "./again-buttons.tsx";
import { FinishedRow } from "./finished-row.tsx";
import { focusAfterRemoval } from "./focus.ts";
import { type Filter, HistoryTools, type Selection } from "./history-tools.tsx";
import { useSlices } from "./use-slices.ts";

export function HistorySection({ api, list }: { api: ApiClient; list: TransferList }) {
  const { history } = list;
  const { history: words, loading, tryAgain } = texts.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const rows = useRef<HTMLUListElement>(null);
  const countBefore = useRef<number | undefined>(undefined);
  const fault = useSignal<Text | undefined>(undefined);
  const search = useSignal("");
  const filter = useSignal<Filter>("all");
  const selection: Selection = useSignal<ReadonlySet<string> | undefined>(undefined);
  const state = history.state.value;
  const above = new Set(list.transfers.value.map(({ state }) => state.value.record.job?.jobId));
  const all = history.jobs.value.filter(({ jobId }) => !above.has(jobId));
  const wanted = search.value.toLocaleLowerCase().trim();
  const isNarrowed = wanted !== "" || filter.value !== "all";
  const earlier = all.filter(
    (job) =>
      nameJob(job).toLocaleLowerCase().includes(wanted) &&
      (filter.value === "all" || filter.value === job.state),
  );
  const shown = useSlices(earlier, ({ jobId }) => jobId);

  // The last page removes "Show more", so the focus moves to the first new row.
  useLayoutEffect(() => {
    if (state !== "loaded" || countBefore.current === undefined) return;
    const isLost = document.activeElement === document.body;
    const first = rows.current?.children[countBefore.current];
    if (isLost) first?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    countBefore.current = undefined;
  });

  const showMore = () => {
    if (state === "loading") return;
    countBefore.current = earlier.length;
    void (isNarrowed ? history.loadAll() : history.loadMore());
  };
  const remove = async (job: JobView) => {
    fault.value = undefined;
    try {
      await history.delete(job.jobId);
    } catch (error) {
      const reason = describeError(error);
      fault.value = (texts) =>
        `${texts.history.notDeleted(texts.format.isolate(job.fileName))} ${reason(texts)}`;
    }
  };
  const removeMany = async (jobs: readonly JobView[]) => {
    heading.current?.focus({ preventScroll: true });
    for (const job of jobs) {
      await remove(job);
      // If one fails, the others would most likely fail, too.
      if (fault.peek() !== undefined) return;
    }
    selection.value = undefined;
  };
  // The same function each time, so that a row is drawn again only if something in it has changed.
  const removeRow = useCallback((job: JobView) => {
    focusAfterRemoval(`title-${job.jobId}`, heading.current);
    void remove(job);
  }, []);
  if (state === "loaded" && all.length === 0 && !history.hasMore.value) return null;
  return (
    <section class="history" aria-labelledby="history-title" aria-busy={state === "loading"}>
      <div class="section-head">
        <h2 id="history-title" tabIndex={-1} ref={heading}>
          {words.title}
        </h2>
      </div>
      {/* What narrows the list stays beside it, also if only one job is left. */}
      {(all.length > 1 || isNarrowed) && (
        <HistoryTools
          {...{ api, history, search, filter, selection }}
          jobs={earlier}
          onDelete={removeMany}
        />
      )}
      <div role="alert">{fault.value && <p class="fault">{say(fault.value)}</p>}</div>
      {earlier.length > 0 && (
        <ul class="card rows" ref={rows}>
          {shown.map((job) => (
            <HistoryRow
              key={job.jobId}
              api={api}
              list={list}
              job={job}
              onDelete={removeRow}
              selection={selection}
            />
          ))}
        </ul>
      )}
      {earlier.length === 0 && all.length > 0 && state === "loaded" && (
        <p class="meta">
          {filter.value === "all" ? words.noMatch(search.value) : words.noneOfKind}
        </p>
      )}
      {state === "loading" && earlier.length === 0 && <p class="meta">{words.loading}</p>}
      {state === "failed" && (
        <div class="callout is-fault">
          <p>{words.notLoaded}</p>
          <button type="button" onClick={showMore}>
            {tryAgain}
          </button>
        </div>
      )}
      {history.hasMore.value && state !== "failed" && (
        <button type="button" class="more" aria-disabled={state === "loading"} onClick={showMore}>
          {state === "loading" ? loading : words.showMore}
        </button>
      )}
    </section>
  );
}

interface RowProps {
  api: ApiClient;
  list: TransferList;
  job: JobView;
  onDelete: (job: JobView) => void;
  selection: Selection;
}

function HistoryRow({ api, list, job, onDelete, selection }: RowProps) {
  const { result } = job;
  const { format, history, keptUntil } = texts.value;
  const meta = format.facts([
    format.day(job.createdAt),
    result && formatDuration(result.durationSeconds),
    result && format.size(result.sizeBytes),
    result && nameQuality(job.options.quality, texts.value),
    job.expiresAt && keptUntil(format.day(job.expiresAt)),
  ]);
  return (
    <FinishedRow
      api={api}
      list={list}
      job={job}
      meta={meta}
      onDelete={() => onDelete(job)}
      choice={<Tick job={job} selection={selection} />}
    >
      {job.state === "failed" && (
        <div class="callout is-fault">
          <p>{say(describeFailure(job.failure))}</p>
          {canConvertAgain(job) && <AgainButtons list={list} job={job} />}
        </div>
      )}
      {job.state === "awaiting-upload" && !job.sourceJobId && (
        <p class="hint">{history.neverArrived}</p>
      )}
    </FinishedRow>
  );
}

/** Chooses a row. It alone follows the selection, which so draws no row again. */
function Tick({ job, selection }: Pick<RowProps, "job" | "selection">) {
  const chosen = selection.value;
  if (chosen === undefined) return null;
  return (
    <label class="tick">
      <input
        type="checkbox"
        aria-label={nameJob(job)}
        checked={chosen.has(job.jobId)}
        onChange={(event) => {
          const next = new Set(selection.peek());
          if (event.currentTarget.checked) next.add(job.jobId);
          else next.delete(job.jobId);
          selection.value = next;
        }}
      />
    </label>
  );
}
