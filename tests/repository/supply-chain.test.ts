import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { build as buildPage } from "vite";
import { z } from "zod";
import { findObjection } from "../../supply-chain/licenses.ts";
import { findShipped, ROOT, type Shipped } from "../../supply-chain/shipped.ts";

describe("the licences of what ships", async () => {
  const shipped = await findShipped();

  test("are known and permitted, each of them", () => {
    assert.deepEqual(
      shipped.map(findObjection).filter((objection) => objection !== undefined),
      [],
    );
  });

  test("are those of the functions' packages, the page's and ffmpeg's sources", () => {
    const placesOf = (name: string) => shipped.find((each) => each.name === name)?.places;
    assert.deepEqual(placesOf("pg"), ["functions"]);
    // A development dependency, as package.json says, and part of the page nonetheless.
    assert.deepEqual(placesOf("preact"), ["page"]);
    assert.ok(placesOf("mediabunny")?.includes("page"), "what only a worker of the page imports");
    assert.deepEqual(placesOf("lame"), ["ffmpeg layer"]);
    assert.equal(placesOf("esbuild"), undefined);
  });

  test("go with the page: the text of each package in it or its workers", async () => {
    const outDir = await mkdtemp(join(tmpdir(), "tapedeck-page-"));
    try {
      const root = join(ROOT, "web");
      const build = { outDir, emptyOutDir: true };
      await buildPage({ root, configFile: join(root, "vite.config.ts"), logLevel: "error", build });
      const sections = (await readFile(join(outDir, "licenses.md"), "utf8")).split(/^## /m);
      const inPage = shipped.filter(({ places }) => places.includes("page"));
      assert.ok(inPage.length > 5);
      for (const { name, version, license } of inPage) {
        const text = sections.find((section) =>
          section.startsWith(`${name} ${version} (${license})`),
        );
        assert.match(text ?? "", /copyright|Mozilla Public License/i, name);
      }
    } finally {
      await rm(outDir, { recursive: true });
    }
  });

  test("an unknown one or a copyleft that would bind our code is refused", () => {
    const ofLicense = (license: string | undefined, place: Shipped["places"][number]) =>
      findObjection({ name: "x", version: "1.0.0", license, places: [place] });
    assert.match(ofLicense(undefined, "page") ?? "", /no licence/);
    for (const license of ["GPL-3.0-or-later", "AGPL-3.0-only", "SSPL-1.0", "UNLICENSED", ""]) {
      assert.match(ofLicense(license, "functions") ?? "", /may not ship/, license);
      assert.match(ofLicense(license, "ffmpeg layer") ?? "", /may not ship/, license);
    }
    assert.match(ofLicense("LGPL-2.1-or-later", "functions") ?? "", /may not ship/);
    assert.match(ofLicense("MIT AND GPL-2.0-only", "functions") ?? "", /may not ship/);
    assert.equal(ofLicense("LGPL-2.1-or-later", "ffmpeg layer"), undefined);
    assert.equal(ofLicense("(MIT OR GPL-3.0-or-later)", "functions"), undefined);
  });
});

test("the SBOM lists the packages of npm and Python, and ffmpeg's sources, with their hashes", async () => {
  const { code, output } = await run("sbom.ts");
  assert.equal(code, 0, output);
  const Sbom = z.object({
    metadata: z.object({ component: z.object({ name: z.literal("tapedeck") }) }),
    components: z.array(
      z.object({ "bom-ref": z.string(), hashes: z.array(z.unknown()).optional() }),
    ),
  });
  const { components } = Sbom.parse(
    JSON.parse(readFileSync(join(ROOT, "dist/sbom.cdx.json"), "utf8")),
  );
  const references = components.map((component) => component["bom-ref"]);
  assert.equal(new Set(references).size, references.length, "CycloneDX wants them unique");
  for (const start of [
    "pg@",
    "pkg:pypi/ministack@",
    "pkg:pypi/moto-ext@",
    "pkg:pypi/schemathesis@",
    "pkg:pypi/ziglang@",
    "pkg:pypi/imageio-ffmpeg@",
    "pkg:generic/musl@",
    "pkg:generic/ffmpeg@9.0.2",
  ]) {
    assert.ok(
      references.some((reference) => reference.startsWith(start)),
      start,
    );
  }
  const python = components.filter((component) => component["bom-ref"].startsWith("pkg:pypi/"));
  assert.deepEqual(
    python.filter(({ hashes = [] }) => hashes.length === 0),
    [],
  );
});

describe("npm run audit", () => {
  test("says that nothing was checked if no registry answers", async () => {
    const { code, output } = await audit(() => ({ status: 405 }));
    assert.equal(code, 2, output);
    assert.match(output, /npm, vulnerabilities: unchecked\n {2}No registry answered: .*405/);
    assert.match(output, /Python, vulnerabilities: unchecked\n {2}OSV answered HTTP 405/);
  });

  test("reports what a registry and OSV know", async () => {
    const advisory = {
      id: 1,
      url: "https://example.org/advisory",
      title: "A fault",
      severity: "high",
      vulnerable_versions: ">=0",
      cwe: [],
      cvss: { score: 8, vectorString: null },
    };
    const { code, output } = await audit((path, body) =>
      path === "/osv"
        ? {
            status: 200,
            body: { results: countQueries(body).map(() => ({ vulns: [{ id: "X-1" }] })) },
          }
        : { status: path.endsWith("/bulk") ? 200 : 404, body: { pg: [advisory] } },
    );
    assert.equal(code, 1, output);
    assert.match(output, /npm, vulnerabilities: bad\n(?: {2}.*\n)* {2}pg .*\(high\)/);
    assert.match(output, /\n {2}ministack \S+: X-1/);
  });
});

test("a workflow's actions are pinned: GitHub's own to a version, others to a commit", () => {
  const folder = join(ROOT, ".github/workflows");
  const files = existsSync(folder) ? readdirSync(folder) : [];
  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const [, action = ""] of text.matchAll(/^\s*-?\s*uses:\s*["']?([^\s"'#]+)/gm)) {
      const isPinned =
        action.startsWith("./") ||
        /^actions\/[\w-]+@v\d/.test(action) ||
        /@[0-9a-f]{40}$|@sha256:[0-9a-f]{64}$/.test(action);
      assert.ok(isPinned, `${file}: ${action} may change; name a version or a commit`);
    }
    assert.doesNotMatch(text, /^\s*(image|container):\s*\S+:latest/m, file);
  }
});

const countQueries = (body: string) =>
  z.object({ queries: z.array(z.unknown()) }).parse(JSON.parse(body)).queries;

/** The command's own audit, with a registry and an OSV of ours that answer as `answer` says. */
async function audit(answer: (path: string, body: string) => { status: number; body?: object }) {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const said = answer(request.url ?? "", body);
    response.writeHead(said.status, { "content-type": "application/json" });
    response.end(JSON.stringify(said.body ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await run("audit.ts", ["--osv", `${origin}/osv`], {
      npm_config_registry: origin,
      npm_config_fetch_retries: "0",
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function run(script: string, args: string[] = [], environment: Record<string, string> = {}) {
  const path = join(ROOT, "supply-chain", script);
  const options = { cwd: ROOT, env: { ...process.env, ...environment }, timeout: 120_000 };
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [path, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, output: stdout + stderr }),
    );
  });
}
