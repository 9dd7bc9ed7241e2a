import { useSignal } from "@preact/signals";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { showNotices } from "../notices.ts";
import { texts } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import { saveAll } from "../zip.ts";

interface Props {
  api: ApiClient;
  jobs: readonly JobView[];
  label: string;
}

/** Saves several MP3s at once. */
export function SaveAllButton({ api, jobs, label }: Props) {
  const isBusy = useSignal(false);
  const save = async () => {
    if (isBusy.value || jobs.length === 0) return;
    isBusy.value = true;
    const missing = await saveAll(api, jobs).finally(() => {
      isBusy.value = false;
    });
    const sentences = missing.map(
      (name): Text =>
        ({ format, zip }) =>
          zip.notDownloaded(format.isolate(name)),
    );
    if (sentences.length > 0) showNotices(sentences);
  };
  return (
    <button
      type="button"
      class="quiet"
      aria-disabled={isBusy.value || jobs.length === 0}
      onClick={save}
    >
      {isBusy.value ? texts.value.zip.saving : label}
    </button>
  );
}
