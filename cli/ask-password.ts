import { text } from "node:stream/consumers";
import { isCancel, password } from "@clack/prompts";

/**
 * Asks on the terminal without echo, or reads the first line of standard input where that isn't a
 * terminal. Never an argument, which other users of the machine could see.
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
