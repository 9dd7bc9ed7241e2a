import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { downloadMp3 } from "../download.ts";
import { say, texts } from "../texts/current.ts";
import { describeDownloadError, describeNotes } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";
import { canConvertAgain, nameJob } from "../transfer/job-facts.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { AgainPanel } from "./again-panel.tsx";
import { DeleteButton } from "./delete-button.tsx";
import { Player } from "./player.tsx";

interface Props {
  api: ApiClient;
  list: TransferList;
  job: JobView;
  meta: string;
  onDelete: () => void;
  /** Before the name. */
  choice?: ComponentChildren;
  /** Below everything. */
  children?: ComponentChildren;
}

/** A job that has ended: one quiet line, and a player below it on demand. */
export function FinishedRow({ api, list, job, meta, onDelete, choice, children }: Props) {
  const { again, row } = texts.value;
  const isPlaying = useSignal(false);
  const showsMore = useSignal(false);
  const fault = useSignal<Text | undefined>(undefined);
  const fileName = nameJob(job);
  const titleId = `title-${job.jobId}`;
  const toggle = isPlaying.value ? row.close : row.play;
  const hasMp3 = job.state === "completed";

  const download = async () => {
    try {
      fault.value = undefined;
      await downloadMp3(api, job.jobId);
    } catch (error) {
      fault.value = describeDownloadError(error);
    }
  };

  return (
    <li class="row" aria-labelledby={titleId}>
      <div class="row-line">
        {choice}
        <div class="row-text">
          <h3 id={titleId}>
            <bdi>{fileName}</bdi>
          </h3>
          <p class="meta">{meta}</p>
        </div>
        <div class="row-actions">
          {hasMp3 && (
            <>
              <button
                type="button"
                class="quiet"
                aria-label={row.on(toggle, fileName)}
                aria-expanded={isPlaying.value}
                onClick={() => {
                  isPlaying.value = !isPlaying.value;
                }}
              >
                {toggle}
              </button>
              {canConvertAgain(job) && (
                <button
                  type="button"
                  class="quiet"
                  aria-label={row.on(again.more, fileName)}
                  aria-expanded={showsMore.value}
                  onClick={() => {
                    showsMore.value = !showsMore.value;
                  }}
                >
                  {again.more}
                </button>
              )}
              <button type="button" aria-label={row.on(row.download, fileName)} onClick={download}>
                {row.download}
              </button>
            </>
          )}
          <DeleteButton name={fileName} onDelete={onDelete} />
        </div>
      </div>
      {isPlaying.value && <Player api={api} jobId={job.jobId} fileName={fileName} />}
      {showsMore.value && <AgainPanel api={api} list={list} job={job} />}
      <div role="alert">{fault.value && <p class="fault">{say(fault.value)}</p>}</div>
      {describeNotes(job, texts.value).map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
      {children}
    </li>
  );
}
