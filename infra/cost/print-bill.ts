import { priceAlternatives } from "./alternatives.ts";
import type { Inventory } from "./inventory.ts";
import {
  applyFree,
  billMonth,
  measureConversion,
  requireFunction,
  sum,
  type Usage,
} from "./model.ts";
import { PRICES, PRICES_OF } from "./prices.ts";

const NUMBER = new Intl.NumberFormat("en");
const formatUsd = (usd: number) => usd.toFixed(2);

/** Formats the bill as text. Its end lists the prices to check. */
export function printBill(stage: string, inventory: Inventory, usage: Usage): string {
  const lines = applyFree(billMonth(inventory, usage));
  const total = sum(lines);
  const { timeoutSeconds, memoryMiB } = requireFunction(inventory, "converter");
  const conversion = measureConversion(usage, memoryMiB);
  const slowerUsd =
    (usage.videos *
      (conversion.secondsAtWorst - conversion.seconds) *
      memoryMiB *
      PRICES.lambdaGbSecond.usd) /
    1024;
  const alternatives = priceAlternatives(usage);
  const checks = [
    ...lines.map(({ service, what, price }) => explainCheck(`${service}, ${what}`, price.check)),
    ...alternatives.map(({ name, check }) => explainCheck(name, check)),
    ...inventory.unknownTypes.map((type) => explainCheck(type, "No price is known for it.")),
  ].filter((it) => it !== undefined);

  return [
    `Stage "${stage}" in us-east-1, by list prices of ${PRICES_OF}: USD a month for ${NUMBER.format(usage.videos)} videos of ${usage.minutes} minutes,`,
    `of which ${usage.whole ? "all bytes are uploaded" : "the page uploads the audio track"} (${NUMBER.format(conversion.bytes / 1e6)} MB each)`,
    "",
    row("", "at rest", "videos", "of it free"),
    ...lines.map((line) =>
      row(
        `${line.service.padEnd(17)}${line.what}${line.price.check === undefined ? "" : " (check)"}`,
        formatUsd(line.atRestUsd),
        formatUsd(line.forVideosUsd),
        formatUsd(line.freeUsd),
      ),
    ),
    row("Sum", formatUsd(total.atRestUsd), formatUsd(total.forVideosUsd), formatUsd(total.freeUsd)),
    "",
    `To pay: ${formatUsd(total.totalUsd)} if nothing else in the account uses the free tier, or else up to ${formatUsd(total.atRestUsd + total.forVideosUsd)}.`,
    `With no videos: ${formatUsd(priceRest(inventory))}.`,
    `A conversion takes ${conversion.seconds.toFixed(1)} s, going by measurements on x86. If it took the ${conversion.secondsAtWorst.toFixed(1)} s that its deadline allows for, Lambda would cost ${formatUsd(slowerUsd)} more.`,
    ...(conversion.secondsAtWorst > timeoutSeconds
      ? [`That is more than the function's ${timeoutSeconds} s: such a video may be refused.`]
      : []),
    "",
    "The same videos elsewhere:",
    ...alternatives.map(({ name, usd, note, check }) =>
      row(`${name}${check === undefined ? "" : " (check)"}`, formatUsd(usd), note),
    ),
    ...(checks.length > 0 ? ["", "Check before you rely on it:", ...checks] : []),
    "",
  ].join("\n");
}

/** Computes what is left to pay when nobody uses the stack. */
const priceRest = (inventory: Inventory) =>
  sum(applyFree(billMonth(inventory, { videos: 0, minutes: 1, whole: false }))).totalUsd;

const explainCheck = (what: string, check: string | undefined) =>
  check === undefined ? undefined : `  ${what}: ${check}`;

const row = (name: string, first: string, ...more: string[]) =>
  `  ${name.padEnd(48)}${first.padStart(9)}${more.map((it) => `  ${it.padStart(9)}`).join("")}`.trimEnd();
