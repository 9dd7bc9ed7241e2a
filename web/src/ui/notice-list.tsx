import { notices } from "../notices.ts";
import { shortenList } from "../text/counts.ts";

/** Which files were left out, and why. */
export function NoticeList() {
  const texts = notices.value;
  if (texts.length === 0) return null;
  return (
    <div class="callout notices">
      <div>
        <p>{texts.length === 1 ? "Not added:" : `${texts.length} were not added:`}</p>
        <ul>
          {shortenList(texts).map((text) => (
            <li key={text}>
              <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      </div>
      <button
        type="button"
        onClick={() => {
          notices.value = [];
        }}
      >
        OK
      </button>
    </div>
  );
}
