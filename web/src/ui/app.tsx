import { announcement } from "../announce.ts";
import { list, workspace } from "../app-state.ts";
import { session } from "../session.ts";
import { texts } from "../texts/current.ts";
import { Account } from "./account.tsx";
import { DropTarget } from "./drop-target.tsx";
import { Footer } from "./footer.tsx";
import { CassetteIcon } from "./icons.tsx";
import { SignIn } from "./sign-in.tsx";

export function App({ apiUrl }: { apiUrl: string }) {
  const current = session.value;
  const loaded = workspace.value;
  return (
    <div class="page">
      <header class="masthead">
        <p class="brand">
          <CassetteIcon />
          Tapedeck
        </p>
        {current && <Account email={current.email} />}
      </header>
      <main>{current ? <SignedIn /> : <SignIn apiUrl={apiUrl} />}</main>
      <Footer>
        {current && typeof loaded === "object" && <loaded.code.AccountSettings api={loaded.api} />}
      </Footer>
      <DropTarget />
      <div class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </div>
    </div>
  );
}

function SignedIn() {
  const shown = list.value;
  const loaded = workspace.value;
  if (loaded === "missing") {
    return <p class="fault">{texts.value.codeMissing}</p>;
  }
  if (loaded === undefined || shown === undefined) return <p class="meta">{texts.value.loading}</p>;
  return <loaded.code.Workspace api={loaded.api} list={shown} />;
}
