import { type Command, Option } from "commander";
import { ApiClient } from "../client/api-client.ts";
import { createPasswordSession } from "../client/node/password-session.ts";
import { DEMO_EMAIL, findRunning } from "../deployed/running.ts";
import { readSecrets, STATE_DIR } from "../deployed/state.ts";
import { askPassword } from "./ask-password.ts";
import { EXIT, Stop } from "./exit-codes.ts";

/** The options of {@link addConnectionOptions}, as commander reads them. */
export interface Connection {
  api?: string;
  email?: string;
}

/** Adds the options that name the API and the user who signs in. */
export const addConnectionOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("--api <url>", "the API's address (default: the stack of npm start)").env(
        "TAPEDECK_API_URL",
      ),
    )
    .addOption(new Option("--email <address>", "who signs in").env("TAPEDECK_EMAIL"));

/**
 * Signs in to the API that the options name, or to the one of `npm start`.
 *
 * @throws Stop if something is missing, ApiError if the sign-in is refused, or NetworkError.
 */
export async function connect(options: Connection, signal: AbortSignal): Promise<ApiClient> {
  const running = await findRunning(STATE_DIR);
  const apiUrl = options.api ?? running?.apiUrl;
  if (!apiUrl || !URL.canParse(apiUrl)) {
    throw new Stop(
      EXIT.usage,
      'No API: run "npm start" in another terminal, or name one with --api or TAPEDECK_API_URL.',
    );
  }
  const demo = apiUrl === running?.apiUrl ? await readSecrets(STATE_DIR) : undefined;
  const email = options.email ?? (demo && DEMO_EMAIL);
  if (!email)
    throw new Stop(EXIT.usage, "Name the user to sign in as, with --email or TAPEDECK_EMAIL.");
  const password =
    process.env.TAPEDECK_PASSWORD ??
    (email === DEMO_EMAIL ? demo?.demoPassword : undefined) ??
    (await askPassword(`Password of ${email}`));
  if (!password) throw new Stop(EXIT.signIn, "No password was given.");
  const session = createPasswordSession(apiUrl, { email, password });
  // A wrong password is refused now, not after a long upload has been prepared.
  await session.getToken(signal);
  return new ApiClient(apiUrl, session);
}
