import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { dropExtension, parseTime } from "../../../contract/format.ts";
import { shrinkPicture, takeFrame } from "../picture.ts";
import type { TagTexts } from "../transfer/records.ts";
import type { Transfer } from "../transfer/transfer.ts";
import { FileButton } from "./file-button.tsx";
import { ChevronIcon } from "./icons.tsx";

const MAX_LENGTH = 200;

/** What is written into the MP3 in the place of what the video says, shown on demand. */
export function TagFields({ transfer }: { transfer: Transfer }) {
  const isOpen = useSignal(false);
  const { record } = transfer.state.value;
  const field = (label: string, name: keyof TagTexts, placeholder: string) => (
    <label class="field">
      {label}
      <input
        type="text"
        autocomplete="off"
        maxLength={MAX_LENGTH}
        placeholder={placeholder}
        value={record.tags?.[name] ?? ""}
        onInput={(event) =>
          transfer.changeOptions({
            tags: { ...transfer.record.tags, [name]: event.currentTarget.value },
          })
        }
      />
    </label>
  );
  return (
    <div>
      <button
        type="button"
        class="quiet summary"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        Title, artist, cover, file name
        <ChevronIcon />
      </button>
      {isOpen.value && (
        <div class="tag-fields">
          {field("Title", "title", "as in the video")}
          {field("Artist", "artist", "as in the video")}
          {field("Album", "album", "as in the video")}
          {field("File name", "fileName", dropExtension(record.fileName))}
          <CoverField transfer={transfer} />
        </div>
      )}
    </div>
  );
}

function CoverField({ transfer }: { transfer: Transfer }) {
  const time = useSignal("");
  const url = useSignal<string | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  const cover = transfer.cover.value;

  useEffect(() => {
    url.value = cover && URL.createObjectURL(cover);
    return () => {
      if (url.peek()) URL.revokeObjectURL(url.peek() ?? "");
    };
  }, [cover]);

  const use = async (picture: Promise<Blob>, sentence: string) => {
    fault.value = undefined;
    try {
      transfer.cover.value = await picture;
    } catch {
      fault.value = sentence;
    }
  };
  const takeFromVideo = () => {
    const seconds = parseTime(time.value);
    const video = transfer.file;
    if (video === undefined || seconds === "invalid") {
      fault.value = "Write the time as minutes and seconds, for example 1:30.";
      return;
    }
    void use(takeFrame(video, seconds ?? 0), "This browser can’t show a frame of this video.");
  };
  return (
    <fieldset class="cover-field">
      <legend>Cover</legend>
      {url.value && <img class="cover" src={url.value} alt="Chosen cover" width="64" height="64" />}
      <FileButton
        accept="image/*"
        onFiles={([picture]) => {
          if (picture) void use(shrinkPicture(picture), "This picture can’t be read.");
        }}
      >
        Choose a picture
      </FileButton>
      <span class="cover-frame">
        <input
          type="text"
          autocomplete="off"
          aria-label="Time of the frame"
          placeholder="0:00"
          value={time.value}
          onInput={(event) => {
            time.value = event.currentTarget.value;
          }}
        />
        <button type="button" onClick={takeFromVideo}>
          Use this frame
        </button>
      </span>
      {cover && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            transfer.cover.value = undefined;
          }}
        >
          Remove cover
        </button>
      )}
      <div role="alert">{fault.value && <p class="fault">{fault.value}</p>}</div>
    </fieldset>
  );
}
