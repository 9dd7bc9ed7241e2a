import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import { fetchCover } from "../cover.ts";
import { say, texts } from "../texts/current.ts";
import { describeDownloadError } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";

/** Where a player has to go on after its link was renewed. */
interface Place {
  seconds: number;
  isPlaying: boolean;
}

/**
 * What has to be played before a link is renewed once more, in seconds. A link lasts for minutes. What
 * breaks off sooner, for want of a loudspeaker or in a bad file, would be asked for again and again.
 */
const PLAYED_SECONDS = 1;

let playing: HTMLAudioElement | undefined;

/** Notes that a player has started, and pauses the one before. */
export function startAlone(player: HTMLAudioElement) {
  if (playing && playing !== player) playing.pause();
  playing = player;
}

interface Props {
  api: ApiClient;
  jobId: string;
  fileName: string;
}

/** Plays a job's MP3 from the start, and renews its link, which lasts some minutes, when it expires. */
export function Player({ api, jobId, fileName }: Props) {
  const url = useSignal<string | undefined>(undefined);
  const cover = useSignal<string | undefined>(undefined);
  const fault = useSignal<Text | undefined>(undefined);
  const audio = useRef<HTMLAudioElement>(null);
  const place = useRef<Place>({ seconds: 0, isPlaying: true });
  /** Where this link began to play, in seconds. Unset until it plays. */
  const begin = useRef<number | undefined>(undefined);
  const mayRenew = useRef(true);

  const loadUrl = async () => {
    try {
      const fresh = await api.readDownload(jobId);
      fault.value = undefined;
      url.value = fresh.url;
    } catch (error) {
      fault.value = describeDownloadError(error);
    }
  };

  useEffect(() => {
    let isGone = false;
    void loadUrl().then(async () => {
      // There is no cover, or it can't be read. The player works without.
      const picture = url.peek() && (await fetchCover(url.peek() ?? "").catch(() => undefined));
      if (picture && !isGone) cover.value = URL.createObjectURL(picture);
    });
    return () => {
      isGone = true;
      if (playing === audio.current) playing = undefined;
      if (cover.peek()) URL.revokeObjectURL(cover.peek() ?? "");
    };
  }, [jobId]);

  const renew = async () => {
    const { current } = audio;
    if (current && current.currentTime > 0) {
      place.current = { seconds: current.currentTime, isPlaying: playing === current };
    }
    if (!mayRenew.current) {
      fault.value = ({ row }) => row.notPlayed;
      return;
    }
    mayRenew.current = false;
    begin.current = undefined;
    await loadUrl();
  };

  const goOn = () => {
    const { current } = audio;
    if (!current) return;
    const { seconds, isPlaying } = place.current;
    if (seconds > 0) current.currentTime = seconds;
    // Browsers may want a click first; the controls are there.
    if (isPlaying) void current.play().catch(() => {});
  };

  const noteProgress = ({ currentTarget }: { currentTarget: HTMLAudioElement }) => {
    if (playing !== currentTarget || currentTarget.seeking) return;
    begin.current ??= currentTarget.currentTime;
    if (Math.abs(currentTarget.currentTime - begin.current) >= PLAYED_SECONDS) {
      mayRenew.current = true;
    }
  };

  const onPause = () => {
    // What ends for want of a link reports its error without a pause.
    if (playing === audio.current && !audio.current?.error) playing = undefined;
  };

  return (
    <div class="player">
      {cover.value && <img class="cover" src={cover.value} alt="" width="44" height="44" />}
      {url.value && (
        // biome-ignore lint/a11y/useMediaCaption: it is the sound of the user's own file
        <audio
          ref={audio}
          controls
          preload="metadata"
          src={url.value}
          aria-label={fileName}
          onLoadedMetadata={goOn}
          onPlay={(event) => startAlone(event.currentTarget)}
          onPause={onPause}
          onTimeUpdate={noteProgress}
          onError={renew}
        />
      )}
      <div role="alert">
        {fault.value && (
          <p class="fault">
            {say(fault.value)}{" "}
            <button
              type="button"
              class="quiet"
              onClick={() => {
                mayRenew.current = true;
                void renew();
              }}
            >
              {texts.value.tryAgain}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
