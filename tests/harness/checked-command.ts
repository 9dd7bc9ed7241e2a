/**
 * Is preloaded into a command that calls the API at TAPEDECK_API_URL. If an answer isn't as the API's
 * document describes it, the command ends with a special exit code.
 */
import { checkEveryFetch } from "./checked-fetch.ts";

const DIFFERENT_ANSWER = 70;

const { TAPEDECK_API_URL = "" } = process.env;
const differences = checkEveryFetch(TAPEDECK_API_URL);
process.on("exit", () => {
  if (differences.length === 0) return;
  process.stderr.write(`${differences.join("\n")}\n`);
  process.exitCode = DIFFERENT_ANSWER;
});
