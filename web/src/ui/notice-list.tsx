import { notices } from "../notices.ts";
import { say, texts } from "../texts/current.ts";
import { shortenList } from "../texts/describe.ts";

/** Says which files were left out, and why. */
export function NoticeList() {
  const { adding } = texts.value;
  const sentences = notices.value.map(say);
  if (sentences.length === 0) return null;
  return (
    <div class="callout notices">
      <div>
        <p>{adding.notAdded(sentences.length)}</p>
        <ul>
          {shortenList(sentences, texts.value).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </div>
      <button
        type="button"
        onClick={() => {
          notices.value = [];
        }}
      >
        {adding.ok}
      </button>
    </div>
  );
}
