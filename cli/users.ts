import { Command, Option } from "commander";
import { z } from "zod";
import { type Deployment, findDeployment } from "../deployed/find-deployment.ts";
import { invokeFunction } from "../deployed/invoke-function.ts";
import { UserError } from "../deployed/user-error.ts";
import { askPassword } from "./ask-password.ts";

const User = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  disabledAt: z.string().nullish(),
  emailsRefused: z.object({ at: z.string(), by: z.enum(["bounce", "complaint"]) }).nullish(),
});
type User = z.infer<typeof User>;

async function findUsers(options: Options): Promise<Deployment> {
  const deployment = await findDeployment(options);
  console.error(`Users on ${deployment.place}`);
  return deployment;
}

async function invoke(deployment: Deployment, payload: object): Promise<unknown> {
  return invokeFunction(deployment.config, deployment.outputs.UsersFunctionName, payload).catch(
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

const REFUSALS = { bounce: "emails bounced", complaint: "emails reported as spam" };

const describe = ({ email, role, id, disabledAt, emailsRefused }: User) =>
  [
    email,
    role,
    id,
    disabledAt && `disabled ${disabledAt}`,
    emailsRefused && `${REFUSALS[emailsRefused.by]} ${emailsRefused.at}`,
  ]
    .filter(Boolean)
    .join("  ");

interface Options {
  aws?: boolean;
  stage?: string;
  role?: string;
}

const aws = () => new Option("--aws", "the stack on AWS, even if npm start runs here");
const stage = () => new Option("--stage <stage>", "a stage on AWS other than prod");
/** `tapedeck users`: administers the users of a stack. */
export function createUsersCommand(): Command {
  const users = new Command("users").description(
    "Administer the users of a stack. Passwords come from a prompt or from standard input.",
  );
  users
    .command("add <email>")
    .description("add a user")
    .addOption(aws())
    .addOption(stage())
    .addOption(new Option("--role <role>").choices(["user", "admin"]).default("user"))
    .action(async (email: string, options: Options) => {
      const deployment = await findUsers(options);
      const password = await requirePassword(email);
      const { role } = options;
      await changeUser(deployment, { action: "create", email, password, role }, "Added");
    });
  users
    .command("set-password <email>")
    .description("change a user's password")
    .addOption(aws())
    .addOption(stage())
    .action(async (email: string, options: Options) => {
      const deployment = await findUsers(options);
      const password = await requirePassword(email);
      await changeUser(deployment, { action: "set-password", email, password }, "Changed");
    });
  users
    .command("disable <email>")
    .description("keep a user from signing in")
    .addOption(aws())
    .addOption(stage())
    .action(async (email: string, options: Options) => {
      await changeUser(await findUsers(options), { action: "disable", email }, "Disabled");
    });
  users
    .command("list")
    .description("list all users")
    .addOption(aws())
    .addOption(stage())
    .action(async (options: Options) => {
      const answer = await invoke(await findUsers(options), { action: "list" });
      for (const user of z.object({ users: z.array(User) }).parse(answer).users) {
        console.log(describe(user));
      }
    });
  return users;
}
