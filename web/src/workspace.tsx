/*
 * Everything that a signed-in user sees. It is fetched separately, so that the sign-in form appears
 * sooner.
 */
import { useSignalEffect } from "@preact/signals";
import type { ApiClient } from "../../client/api-client.ts";
import { shownLanguage, texts } from "./texts/current.ts";
import type { TransferList } from "./transfer/transfer-list.ts";
import { DropZone } from "./ui/drop-zone.tsx";
import { EmailSetting } from "./ui/email-setting.tsx";
import { FeedSetting } from "./ui/feed-setting.tsx";
import { HistorySection } from "./ui/history.tsx";
import { NoticeList } from "./ui/notice-list.tsx";
import { TransferSection } from "./ui/transfer-section.tsx";

export { ApiClient } from "../../client/api-client.ts";
export { TransferList } from "./transfer/transfer-list.ts";

/** The settings that apply to all of a user's files. Emails get the language of the page. */
export function AccountSettings({ api }: { api: ApiClient }) {
  useSignalEffect(() => {
    // The next visit tries again.
    api.changeSettings({ language: shownLanguage.value }).catch(() => {});
  });
  return (
    <>
      <EmailSetting api={api} />
      <FeedSetting api={api} />
    </>
  );
}

export function Workspace({ api, list }: { api: ApiClient; list: TransferList }) {
  return (
    <>
      <h1 class="visually-hidden">{texts.value.adding.title}</h1>
      <div class="columns">
        <div>
          <DropZone list={list} />
          <NoticeList />
          <TransferSection api={api} list={list} />
        </div>
        <HistorySection api={api} list={list} />
      </div>
    </>
  );
}
