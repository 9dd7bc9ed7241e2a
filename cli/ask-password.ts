import { text } from "node:stream/consumers";
import { isCancel, password } from "@clack/prompts";

/**
 * Asks for a password on the terminal, without echo. If standard input isn't a terminal, reads its
 * first line. A password is never an argument, which other users of the machine could see.
 *
 * @returns undefined if the user gave up
 */
export async function askPassword(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) {
    const [line = ""] = (await text(process.stdin)).split(/\r?\n/, 1);
    return line === "" ? undefined : line;
  }
  const answer = await password({ message: question, output: process.stderr });
  return isCancel(answer) ? undefined : answer;
}
