import { Command, Option } from "commander";
import { z } from "zod";
import { findRunning } from "../localstack/running.ts";
import {
  type AwsConfig,
  emulatorConfig,
  invokeFunction,
  readStackOutputs,
} from "../localstack/stack.ts";
import { STATE_DIR } from "../localstack/state.ts";
import { reportError, UserError } from "../localstack/user-error.ts";
import { askPassword } from "./ask-password.ts";

const User = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  disabledAt: z.string().nullish(),
});
type User = z.infer<typeof User>;

interface Deployment {
  config: AwsConfig;
  functionName: string;
}

/** The emulator that AWS_ENDPOINT_URL names, else the stack of npm start, else AWS. */
async function findDeployment({ aws }: { aws?: boolean }): Promise<Deployment> {
  const endpoint = aws
    ? undefined
    : (process.env.AWS_ENDPOINT_URL ?? (await findRunning(STATE_DIR))?.endpoint);
  const config: AwsConfig = endpoint ? emulatorConfig(endpoint) : {};
  const place = endpoint ?? "AWS";
  const outputs = await readStackOutputs(config).catch((error: Error) => {
    throw new UserError(
      endpoint
        ? `No stack can be read at ${endpoint}: ${error.message}`
        : `No stack runs here, and AWS can't be asked (${error.message}): run "npm start", or set AWS_PROFILE and AWS_REGION.`,
    );
  });
  if (!outputs) throw new UserError(`There is no finished stack on ${place}: deploy it first.`);
  console.error(`Users on ${place}`);
  return { config, functionName: outputs.UsersFunctionName };
}

async function invoke(deployment: Deployment, payload: object): Promise<unknown> {
  return invokeFunction(deployment.config, deployment.functionName, payload).catch(
    (error: Error) => {
      throw new UserError(error.message);
    },
  );
}

async function changeUser(deployment: Deployment, payload: object, done: string): Promise<void> {
  const { user } = z.object({ user: User }).parse(await invoke(deployment, payload));
  console.log(`${done} ${user.email} (${user.role}, ${user.id})`);
}

async function requirePassword(email: string): Promise<string> {
  const password = await askPassword(`New password of ${email}`);
  if (!password) throw new UserError("No password was given.");
  return password;
}

const describe = ({ email, role, id, disabledAt }: User) =>
  `${email}  ${role}  ${id}${disabledAt ? `  disabled ${disabledAt}` : ""}`;

type Options = { aws?: boolean; role?: string };

const aws = () => new Option("--aws", "the stack on AWS, even if npm start runs here");
const program = new Command("users").description(
  "Administer the users of a stack. Passwords come from a prompt or from standard input.",
);
program
  .command("add <email>")
  .addOption(aws())
  .addOption(new Option("--role <role>").choices(["user", "admin"]).default("user"))
  .action(async (email: string, options: Options) => {
    const deployment = await findDeployment(options);
    const password = await requirePassword(email);
    const { role } = options;
    await changeUser(deployment, { action: "create", email, password, role }, "Added");
  });
program
  .command("set-password <email>")
  .addOption(aws())
  .action(async (email: string, options: Options) => {
    const deployment = await findDeployment(options);
    const password = await requirePassword(email);
    await changeUser(deployment, { action: "set-password", email, password }, "Changed");
  });
program
  .command("disable <email>")
  .addOption(aws())
  .action(async (email: string, options: Options) => {
    await changeUser(await findDeployment(options), { action: "disable", email }, "Disabled");
  });
program
  .command("list")
  .addOption(aws())
  .action(async (options: Options) => {
    const answer = await invoke(await findDeployment(options), { action: "list" });
    for (const user of z.object({ users: z.array(User) }).parse(answer).users) {
      console.log(describe(user));
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  reportError(error);
  process.exitCode = 1;
}
