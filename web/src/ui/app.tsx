import type { ApiClient } from "../../../client/api-client.ts";
import { announcement } from "../announce.ts";
import { closeList, list } from "../app-state.ts";
import { endSession, session } from "../session.ts";
import { DropZone } from "./drop-zone.tsx";
import { HistorySection } from "./history.tsx";
import { CassetteIcon } from "./icons.tsx";
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
            <DropZone list={shown} />
            <TransferSection api={api} list={shown} />
            <HistorySection api={api} list={shown} />
          </>
        ) : (
          <SignIn api={api} />
        )}
      </main>
      <div class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </div>
    </div>
  );
}

function Account({ email }: { email: string }) {
  const signOut = () => {
    closeList();
    endSession();
  };
  return (
    <div class="account">
      <span class="account-email">{email}</span>
      <button type="button" class="quiet" onClick={signOut}>
        Sign out
      </button>
    </div>
  );
}
