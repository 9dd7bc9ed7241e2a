import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import { fetchCover } from "../cover.ts";
import { say, texts } from "../texts/current.ts";
import { describeDownloadError } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";

/** Where a player continues after its link was renewed. */
interface Place {
  seconds: number;
  isPlaying: boolean;
}

/**
 * How long a link must have played before it is renewed again. A link lasts for minutes. If playing stops
 * sooner, a new link wouldn't help: the file is damaged, or there is no loudspeaker.
 */
const PLAYED_SECONDS = 1;

let playing: HTMLAudioElement | undefined;

/** Pauses the previous player when another one starts. */
export function startAlone(player: HTMLAudioElement) {
  if (playing && playing !== player) playing.pause();
  playing = player;
}

interface Props {
  api: ApiClient;
  jobId: string;
  fileName: string;
}

/** Plays a job's MP3 from the start. Its link lasts some minutes, and is renewed when it has expired. */
export function Player({ api, jobId, fileName }: Props) {
  const url = useSignal<string | undefined>(undefined);
  const cover = useSignal<string | undefined>(undefined);
  const fault = useSignal<Text | undefined>(undefined);
  const audio = useRef<HTMLAudioElement>(null);
  const place = useRef<Place>({ seconds: 0, isPlaying: true });
  /** The position at which this link began to play, in seconds. Undefined until it plays. */
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
      // If there is no cover, or it can't be read, the player works without one.
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
    // Browsers may require a click first, and the controls are there for that.
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
    // An expired link also pauses the player, which then continues with a new link.
    if (playing === audio.current && !audio.current?.error) playing = undefined;
  };

  return (
    <div class="player">
      {cover.value && <img class="cover" src={cover.value} alt="" width="44" height="44" />}
      {url.value && (
        // biome-ignore lint/a11y/useMediaCaption: it is the audio of the user's own file
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
