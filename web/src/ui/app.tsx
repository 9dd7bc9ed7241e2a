import type { ApiClient } from "../../../client/api-client.ts";
import { announcement } from "../announce.ts";
import { list, workspace } from "../app-state.ts";
import { session } from "../session.ts";
import { texts } from "../texts/current.ts";
import { Account } from "./account.tsx";
import { DropTarget } from "./drop-target.tsx";
import { Footer } from "./footer.tsx";
import { CassetteIcon } from "./icons.tsx";
import { SignIn } from "./sign-in.tsx";

export function App({ api }: { api: ApiClient }) {
  const current = session.value;
  const code = workspace.value;
  return (
    <div class="page">
      <header class="masthead">
        <p class="brand">
          <CassetteIcon />
          Tapedeck
        </p>
        {current && <Account email={current.email} />}
      </header>
      <main>{current ? <SignedIn api={api} /> : <SignIn api={api} />}</main>
      <Footer>{current && typeof code === "object" && <code.AccountSettings api={api} />}</Footer>
      <DropTarget />
      <div class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </div>
    </div>
  );
}

function SignedIn({ api }: { api: ApiClient }) {
  const shown = list.value;
  const code = workspace.value;
  if (code === "missing") {
    return <p class="fault">{texts.value.codeMissing}</p>;
  }
  if (code === undefined || shown === undefined) return <p class="meta">{texts.value.loading}</p>;
  return <code.Workspace api={api} list={shown} />;
}
