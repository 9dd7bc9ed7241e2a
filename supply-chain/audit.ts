/**
 * Asks npm's registry for known vulnerabilities of the locked packages and for their signatures, and
 * OSV for the Python packages:
 *   npm run audit [-- --osv ADDRESS]
 * Exits with 1 for a vulnerability or a wrong signature. If something couldn't be checked, exits with
 * 2 and names it: no answer isn't a good answer.
 */
import { execFile } from "node:child_process";
import { parseArgs } from "node:util";
import { z } from "zod";
import { readPythonPackages } from "./python-packages.ts";
import { ROOT } from "./shipped.ts";

/** https://google.github.io/osv.dev/post-v1-querybatch/ */
const OSV = "https://api.osv.dev/v1/querybatch";
const TIMEOUT_MILLISECONDS = 60_000;

type Verdict = { kind: "good" | "bad" | "unchecked"; sentences: string[] };
const unchecked = (sentence: string): Verdict => ({ kind: "unchecked", sentences: [sentence] });

const { values } = parseArgs({ options: { osv: { type: "string", default: OSV } } });
const verdicts: Record<string, Verdict> = {
  "npm, vulnerabilities": await auditNpm(),
  "npm, signatures": await checkSignatures(),
  "Python, vulnerabilities": await askOsv(values.osv),
};
for (const [name, { kind, sentences }] of Object.entries(verdicts)) {
  console.log(`${name}: ${kind}`);
  for (const sentence of sentences) console.log(`  ${sentence}`);
}
const kinds = Object.values(verdicts).map(({ kind }) => kind);
if (kinds.includes("bad")) process.exitCode = 1;
else if (kinds.includes("unchecked")) process.exitCode = 2;

async function auditNpm(): Promise<Verdict> {
  const Report = z.object({
    vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
  });
  const { stdout, stderr } = await runNpm("audit", "--json", "--package-lock-only");
  const report = Report.safeParse(parseJson(stdout));
  if (!report.success) return unchecked(`No registry answered: ${findReason(stdout, stderr)}`);
  const found = Object.entries(report.data.vulnerabilities);
  return {
    kind: found.length > 0 ? "bad" : "good",
    sentences: found.map(([name, { severity, range }]) => `${name} ${range || "*"} (${severity})`),
  };
}

async function checkSignatures(): Promise<Verdict> {
  const Report = z.object({
    invalid: z.array(z.object({ name: z.string(), version: z.string() })),
    missing: z.array(z.object({ name: z.string(), version: z.string() })),
  });
  const { stdout, stderr } = await runNpm("audit", "signatures", "--json");
  const report = Report.safeParse(parseJson(stdout));
  if (!report.success) return unchecked(`No registry answered: ${findReason(stdout, stderr)}`);
  const { invalid, missing } = report.data;
  return {
    kind: invalid.length + missing.length > 0 ? "bad" : "good",
    sentences: [
      ...invalid.map(({ name, version }) => `${name}@${version} has a wrong signature.`),
      ...missing.map(({ name, version }) => `${name}@${version} isn't signed.`),
    ],
  };
}

async function askOsv(address: string): Promise<Verdict> {
  const Answer = z.object({
    results: z.array(z.object({ vulns: z.array(z.object({ id: z.string() })).optional() })),
  });
  const packages = await readPythonPackages();
  const queries = packages.map(({ name, version }) => ({
    package: { name, ecosystem: "PyPI" },
    version,
  }));
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ queries }),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (!response.ok) return unchecked(`OSV answered HTTP ${response.status}.`);
    const { results } = Answer.parse(await response.json());
    if (results.length !== queries.length) return unchecked("OSV left packages out.");
    const sentences = results.flatMap(({ vulns = [] }, index) =>
      vulns.map(({ id }) => `${packages[index]?.name} ${packages[index]?.version}: ${id}`),
    );
    return { kind: sentences.length > 0 ? "bad" : "good", sentences };
  } catch (error) {
    const { message, cause } = error as Error;
    return unchecked(`OSV didn't answer: ${cause instanceof Error ? cause.message : message}`);
  }
}

/**
 * npm exits with 1 both for a finding and for a failed request. Only its output distinguishes them.
 */
function runNpm(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  // `npm run -s` would keep npm from saying why.
  const env = { ...process.env, npm_config_loglevel: "error" };
  const options = { cwd: ROOT, env, maxBuffer: 64 << 20, timeout: TIMEOUT_MILLISECONDS };
  return new Promise((resolve) => {
    execFile("npm", args, options, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function findReason(stdout: string, stderr: string): string {
  const said = z.object({ message: z.string() }).safeParse(parseJson(stdout));
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return said.data?.message ?? lines[0] ?? "npm said nothing.";
}
