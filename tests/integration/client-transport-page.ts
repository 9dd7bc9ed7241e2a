/** Bundled into a page: lets a test run scenarios with the browser's transport. */
import { createXhrTransport } from "../../client/browser/xhr-transport.ts";
import { BlobSource } from "../../client/byte-source.ts";
import { makeContent, type PageWithScenarios, runScenario } from "./client-transport-scenario.ts";

const page = globalThis as unknown as PageWithScenarios;
page.runTransportScenario = (stallMilliseconds, scenario) =>
  runScenario(
    createXhrTransport(stallMilliseconds),
    new BlobSource(new Blob([makeContent()])),
    scenario,
  );
