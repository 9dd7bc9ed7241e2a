import { Command, InvalidArgumentError } from "commander";
import pLimit from "p-limit";
import { awaitMp3 } from "../client/node/convert-again.ts";
import { choosePieceOptions, convertPieces, planPieces } from "../client/split.ts";
import { nameFile } from "./again.ts";
import { addConnectionOptions, type Connection, connect } from "./connect.ts";
import { EXIT, Stop } from "./exit-codes.ts";
import { chooseOutput, resolvePath } from "./paths.ts";
import { showProgress } from "./progress.ts";
import { runConversion } from "./run-conversion.ts";

/** As many as the service converts for one user, plus one that is being downloaded. */
const PIECES_AT_ONCE = 3;

interface Options extends Connection {
  every?: number;
  chapters?: boolean;
  output?: string;
  force?: boolean;
  json?: boolean;
}

/** `tapedeck split`: splits a video that was converted before into a numbered set of MP3s. */
export const createSplitCommand = (signal: AbortSignal): Command =>
  addConnectionOptions(
    new Command("split")
      .description("Split a video that you converted into a numbered set of MP3s.")
      .argument("<job>", "the job's id, as `convert --json` prints it")
      .option("--every <minutes>", "start a new MP3 after this many minutes", readMinutes)
      .option("--chapters", "make one MP3 for each chapter")
      .option("-o, --output <folder>", "where the MP3s go (default: this folder)", "."),
  )
    .option("-f, --force", "replace MP3s that already exist")
    .option("--json", "print one line of JSON for each piece, for scripts")
    .action((jobId: string, options: Options) => split(jobId, options, signal));

async function split(jobId: string, options: Options, signal: AbortSignal): Promise<void> {
  const { every, chapters } = options;
  if ((every === undefined) === (chapters === undefined)) {
    throw new Stop(EXIT.usage, "Pass either --every with minutes, or --chapters.");
  }
  const api = await connect(options, signal);
  const job = await api.readJob(jobId, signal);
  const pieces = planPieces(job, every === undefined ? "chapters" : { seconds: every * 60 });
  if (pieces.length < 2) {
    const reason = chapters ? "The video has no chapters" : "The MP3 isn't longer than that";
    throw new Stop(EXIT.usage, `${reason}, so there is nothing to split.`);
  }
  const paths: string[] = [];
  for (const at of pieces.keys()) {
    const name = nameFile(choosePieceOptions(job, pieces, at).tags?.fileName ?? "");
    const choice = { force: options.force ?? false, isOnly: false };
    paths.push(await chooseOutput(resolvePath(`${name}.piece`), options.output, choice));
  }
  const display = showProgress();
  const limit = pLimit(PIECES_AT_ONCE);
  const exitCodes: Promise<number>[] = [];
  const onPiece = (pieceId: string) => {
    const mp3Path = paths[exitCodes.length] ?? "";
    const name = `${exitCodes.length + 1}/${pieces.length}`;
    exitCodes.push(
      limit(() =>
        runConversion(
          {
            ...{ name, mp3Path, about: { job: jobId } },
            convert: async (path, onProgress) => ({
              job: await awaitMp3(api, pieceId, path, { signal, onProgress }),
            }),
          },
          { json: options.json, signal, display },
        ),
      ),
    );
  };
  try {
    await convertPieces(api, job, pieces, { signal, onPiece });
  } finally {
    const codes = await Promise.all(exitCodes);
    display.stop();
    process.exitCode = codes.find((code) => code !== 0) ?? 0;
  }
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (minutes > 0) return minutes;
  throw new InvalidArgumentError("Give a number of minutes.");
}
