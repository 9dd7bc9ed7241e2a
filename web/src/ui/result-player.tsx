import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { fetchCover } from "../cover.ts";
import { formatDay } from "../text/format.ts";
import { describeError } from "../text/sentences.ts";

interface Props {
  api: ApiClient;
  job: JobView;
  /** Shows the player at once. Otherwise a button does, so that a long list requests no links. */
  isOpen?: boolean;
}

export function ResultPlayer({ api, job, isOpen = false }: Props) {
  const isShown = useSignal(isOpen);
  const url = useSignal<string | undefined>(undefined);
  const cover = useSignal<string | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  const audio = useRef<HTMLAudioElement>(null);
  const startsPlaying = useRef(false);
  const title = job.result?.title ?? job.fileName;

  const readUrl = async () => {
    try {
      fault.value = undefined;
      return (await api.readDownload(job.jobId)).url;
    } catch (error) {
      fault.value = describeError(error);
      return undefined;
    }
  };

  useEffect(() => {
    if (!isShown.value) return;
    let isGone = false;
    void (async () => {
      url.value = await readUrl();
      if (url.value === undefined) return;
      // There is no cover, or it can't be read. The player works without.
      const picture = await fetchCover(url.value).catch(() => undefined);
      if (picture && !isGone) cover.value = URL.createObjectURL(picture);
    })();
    return () => {
      isGone = true;
      if (cover.value) URL.revokeObjectURL(cover.value);
    };
  }, [isShown.value, job.jobId]);

  useEffect(() => {
    if (url.value === undefined || !startsPlaying.current) return;
    startsPlaying.current = false;
    audio.current?.focus();
    void audio.current?.play().catch(() => {});
  }, [url.value]);

  const play = () => {
    startsPlaying.current = true;
    isShown.value = true;
  };
  // Links work for some minutes. One that has expired in the player is replaced once.
  const renewed = useRef(false);
  const renew = async () => {
    if (renewed.current) {
      fault.value = "The MP3 can’t be played here. Download it instead.";
      return;
    }
    renewed.current = true;
    const seconds = audio.current?.currentTime ?? 0;
    url.value = await readUrl();
    if (audio.current) audio.current.currentTime = seconds;
  };
  const download = async () => {
    const fresh = await readUrl();
    if (fresh !== undefined) location.assign(fresh);
  };

  return (
    <div class="result">
      {cover.value && <img class="cover" src={cover.value} alt="" width="64" height="64" />}
      <div class="result-body">
        {isShown.value && url.value && (
          // biome-ignore lint/a11y/useMediaCaption: it is the sound of the user's own file
          <audio
            ref={audio}
            controls
            preload="metadata"
            src={url.value}
            aria-label={title}
            onError={renew}
          />
        )}
        <div class="result-actions">
          {!isShown.value && (
            <button type="button" aria-label={`Play ${title}`} onClick={play}>
              Play
            </button>
          )}
          <button
            type="button"
            class={isOpen ? "primary" : undefined}
            aria-label={`Download ${title}`}
            onClick={download}
          >
            Download
          </button>
          {isOpen && job.expiresAt && (
            <span class="meta">Kept until {formatDay(job.expiresAt)}</span>
          )}
        </div>
        <div role="alert">{fault.value && <p class="fault">{fault.value}</p>}</div>
      </div>
    </div>
  );
}
