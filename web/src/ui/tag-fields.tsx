import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { dropExtension, parseTime } from "../../../contract/format.ts";
import { shrinkPicture, takeFrame } from "../picture.ts";
import { say, texts } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import type { TagTexts } from "../transfer/records.ts";
import type { Transfer } from "../transfer/transfer.ts";
import { FileButton } from "./file-button.tsx";
import { ChevronIcon } from "./icons.tsx";
import { SummaryButton } from "./summary-button.tsx";

const MAX_LENGTH = 200;

/** The tags that replace the video's own in the MP3. They are shown on demand. */
export function TagFields({ transfer }: { transfer: Transfer }) {
  const { tags } = texts.value;
  const isOpen = useSignal(false);
  const { record } = transfer.state.value;
  const field = (name: keyof TagTexts, placeholder: string) => (
    <label class="field">
      {tags.fields[name]}
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
      <SummaryButton isOpen={isOpen}>
        {tags.title}
        <ChevronIcon />
      </SummaryButton>
      {isOpen.value && (
        <div class="tag-fields">
          {field("title", tags.asInVideo)}
          {field("artist", tags.asInVideo)}
          {field("album", tags.asInVideo)}
          {field("fileName", dropExtension(record.fileName))}
          <CoverField transfer={transfer} />
        </div>
      )}
    </div>
  );
}

function CoverField({ transfer }: { transfer: Transfer }) {
  const { tags } = texts.value;
  const time = useSignal("");
  const isOver = useSignal(false);
  const url = useSignal<string | undefined>(undefined);
  const fault = useSignal<Text | undefined>(undefined);
  const cover = transfer.cover.value;

  useEffect(() => {
    url.value = cover && URL.createObjectURL(cover);
    return () => {
      if (url.peek()) URL.revokeObjectURL(url.peek() ?? "");
    };
  }, [cover]);

  const use = async (picture: Promise<Blob>, sentence: Text) => {
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
      fault.value = ({ tags }) => tags.frameTimeExample;
      return;
    }
    void use(takeFrame(video, seconds ?? 0), ({ tags }) => tags.noFrame);
  };
  /** Takes a picture that is dropped or pasted here. Elsewhere it would be added to the files. */
  const take = (event: Event, data: DataTransfer | null) => {
    isOver.value = false;
    const picture = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (picture === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void use(shrinkPicture(picture), ({ tags }) => tags.unreadablePicture);
  };
  return (
    <fieldset
      class={isOver.value ? "cover-field is-over" : "cover-field"}
      onDragOver={() => {
        isOver.value = true;
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={(event) => take(event, event.dataTransfer)}
      onPaste={(event) => take(event, event.clipboardData)}
    >
      <legend>{tags.cover}</legend>
      {url.value && (
        <img class="cover" src={url.value} alt={tags.chosenCover} width="64" height="64" />
      )}
      <FileButton
        accept="image/*"
        onFiles={([picture]) => {
          if (picture) void use(shrinkPicture(picture), ({ tags }) => tags.unreadablePicture);
        }}
      >
        {tags.choosePicture}
      </FileButton>
      {transfer.file && (
        <span class="cover-frame">
          <input
            type="text"
            autocomplete="off"
            aria-label={tags.frameTime}
            placeholder="0:00"
            value={time.value}
            onInput={(event) => {
              time.value = event.currentTarget.value;
            }}
          />
          <button type="button" onClick={takeFromVideo}>
            {tags.useFrame}
          </button>
        </span>
      )}
      <p class="hint">{tags.coverHint}</p>
      {cover && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            transfer.cover.value = undefined;
          }}
        >
          {tags.removeCover}
        </button>
      )}
      <div role="alert">{fault.value && <p class="fault">{say(fault.value)}</p>}</div>
    </fieldset>
  );
}
