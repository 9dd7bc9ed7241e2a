import type { ApiClient } from "../../../client/api-client.ts";
import { announcement } from "../announce.ts";
import { list } from "../app-state.ts";
import { session } from "../session.ts";
import { Account } from "./account.tsx";
import { DropTarget } from "./drop-target.tsx";
import { DropZone } from "./drop-zone.tsx";
import { HistorySection } from "./history.tsx";
import { CassetteIcon } from "./icons.tsx";
import { NoticeList } from "./notice-list.tsx";
import { SignIn } from "./sign-in.tsx";
import { TransferSection } from "./transfer-section.tsx";

export function App({ api }: { api: ApiClient }) {
  const current = session.value;
  const shown = list.value;
  return (
    <div class="page">
      <header class="masthead">
        <p class="brand">
          <CassetteIcon />
          Tapedeck
        </p>
        {current && <Account email={current.email} />}
      </header>
      <main>
        {current && shown ? (
          <>
            <h1 class="visually-hidden">Convert videos to MP3</h1>
            <div class="columns">
              <div>
                <DropZone list={shown} />
                <NoticeList />
                <TransferSection api={api} list={shown} />
              </div>
              <HistorySection api={api} list={shown} />
            </div>
          </>
        ) : (
          <SignIn api={api} />
        )}
      </main>
      <DropTarget />
      <div class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </div>
    </div>
  );
}
