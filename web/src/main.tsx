import "./styles.css";
import { render } from "preact";
import { ApiClient } from "../../client/api-client.ts";
import { bindListToSession } from "./app-state.ts";
import { loadConfig } from "./config.ts";
import { pageSession } from "./session.ts";
import { App } from "./ui/app.tsx";

const { apiUrl } = await loadConfig();
const api = new ApiClient(apiUrl, pageSession);
bindListToSession(api);
const root = document.getElementById("app");
if (root) render(<App api={api} />, root);
