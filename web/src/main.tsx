import "./styles.css";
import { render } from "preact";
import { bindListToSession } from "./app-state.ts";
import { loadConfig } from "./config.ts";
import { registerServiceWorker } from "./service-worker/register.ts";
import { showProgressInTab } from "./show-progress.ts";
import { loadTexts } from "./texts/current.ts";
import { App } from "./ui/app.tsx";
import { ignoreSlips } from "./ui/ignore-slips.ts";

const [{ apiUrl }] = await Promise.all([loadConfig(), loadTexts()]);
bindListToSession(apiUrl);
ignoreSlips();
showProgressInTab();
const root = document.getElementById("app");
if (root) render(<App apiUrl={apiUrl} />, root);
void registerServiceWorker();
