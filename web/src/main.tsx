import "./styles.css";
import { render } from "preact";
import { ApiClient } from "../../client/api-client.ts";
import { bindListToSession } from "./app-state.ts";
import { loadConfig } from "./config.ts";
import { registerServiceWorker } from "./service-worker/register.ts";
import { pageSession } from "./session.ts";
import { showProgressInTab } from "./show-progress.ts";
import { App } from "./ui/app.tsx";
import { ignoreSlips } from "./ui/ignore-slips.ts";

const { apiUrl } = await loadConfig();
const api = new ApiClient(apiUrl, pageSession);
bindListToSession(api);
ignoreSlips();
showProgressInTab();
const root = document.getElementById("app");
if (root) render(<App api={api} />, root);
void registerServiceWorker();
