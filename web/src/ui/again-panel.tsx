import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { planPieces, type SplitRule } from "../../../client/split.ts";
import { say, texts } from "../texts/current.ts";
import { describeRequestError } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { showDraft } from "./focus.ts";

const USUAL_MINUTES = 30;

interface Props {
  api: ApiClient;
  list: TransferList;
  job: JobView;
}

/** Offers what else can be done with a job's source while it is kept. */
export function AgainPanel({ api, list, job }: Props) {
  const { again } = texts.value;
  const minutes = useSignal(String(USUAL_MINUTES));
  // Jobs in a list come without their chapters.
  const whole = useSignal(job);
  const fault = useSignal<Text | undefined>(undefined);
  const isSplitting = useSignal(false);
  const abort = useMemo(() => new AbortController(), []);
  useEffect(() => {
    api.readJob(job.jobId, abort.signal).then(
      (read) => {
        whole.value = read;
      },
      () => {},
    );
    return () => abort.abort();
  }, []);

  const seconds = Number(minutes.value.replace(",", ".")) * 60;
  const byMinutes = seconds > 0 ? planPieces(job, { seconds }) : [];
  const byChapters = planPieces(whole.value, "chapters");
  const split = async (rule: SplitRule) => {
    if (isSplitting.value) return;
    isSplitting.value = true;
    fault.value = undefined;
    try {
      await list.split(whole.value, planPieces(whole.value, rule));
    } catch (error) {
      fault.value = describeRequestError(error);
    }
    isSplitting.value = false;
  };

  return (
    <div class="again">
      <button type="button" onClick={() => showDraft(list.addAgain(job).id)}>
        {again.withOtherOptions}
      </button>
      <form
        class="again-split"
        onSubmit={(event) => {
          event.preventDefault();
          if (byMinutes.length > 1) void split({ seconds });
          else fault.value = ({ again }) => again.nothingToSplit;
        }}
      >
        <label class="field">
          {again.minutes}
          <input
            type="text"
            inputMode="decimal"
            autocomplete="off"
            value={minutes.value}
            onInput={(event) => {
              minutes.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" aria-disabled={isSplitting.value}>
          {byMinutes.length > 1 ? again.split(byMinutes.length) : again.splitAtAll}
        </button>
      </form>
      {byChapters.length > 1 && (
        <button type="button" aria-disabled={isSplitting.value} onClick={() => split("chapters")}>
          {again.splitByChapters(byChapters.length)}
        </button>
      )}
      <div role="alert">{fault.value && <p class="fault">{say(fault.value)}</p>}</div>
    </div>
  );
}
