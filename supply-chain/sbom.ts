/**
 * Lists what Tapedeck consists of, without a network:
 *   npm run sbom
 * dist/sbom.cdx.json is a CycloneDX 1.5 document of every npm package in the lock file, every Python
 * package of the emulator, the tests and the layer's build, and the sources of the layer's ffmpeg.
 * dist/licenses.md lists the packages that ship, even in part. Fails if one of them may not ship.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { sourceLicenses, sources } from "../layers/ffmpeg/lean-recipe.ts";
import { findObjection } from "./licenses.ts";
import { readPythonPackages } from "./python-packages.ts";
import { findShipped, MUSL, ROOT, type Shipped } from "./shipped.ts";

const Component = z.looseObject({
  "bom-ref": z.string(),
  type: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
});
const NpmSbom = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.looseObject({ component: z.looseObject({ name: z.string() }) }),
  components: z.array(Component),
});

async function makeSbom(): Promise<z.infer<typeof NpmSbom>> {
  // Names every kind of dependency, because npm leaves some out if a build has set NODE_ENV to
  // production.
  const include = ["prod", "dev", "optional", "peer"].map((kind) => `--include=${kind}`);
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", ...include];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: ROOT, maxBuffer: 64 << 20 });
  const sbom = NpmSbom.parse(JSON.parse(stdout));
  // npm would take the clone's folder name.
  sbom.metadata.component.name = "tapedeck";
  sbom.components.push(...(await listPython()), ...listSources(), describeMusl());
  return sbom;
}

async function listPython(): Promise<z.infer<typeof Component>[]> {
  return (await readPythonPackages()).map(({ name, version, hashes }) => {
    const purl = `pkg:pypi/${name}@${version}`;
    return {
      "bom-ref": purl,
      type: "library",
      name,
      version,
      scope: "optional",
      purl,
      // One for each of the release's files that may be installed.
      hashes: hashes.map((content) => ({ alg: "SHA-256", content })),
    };
  });
}

const listSources = (): z.infer<typeof Component>[] =>
  sources.map(({ name, version, archives }) => {
    const purl = `pkg:generic/${name}@${version}`;
    return {
      "bom-ref": purl,
      type: "library",
      name,
      version,
      scope: "required",
      purl,
      licenses: [{ license: { id: sourceLicenses[name] } }],
      components: archives.map(({ file, sha256 }) => ({
        type: "file",
        name: file,
        hashes: [{ alg: "SHA-256", content: sha256 }],
      })),
    };
  });

/** It comes inside ziglang, whose hash covers it. */
function describeMusl(): z.infer<typeof Component> {
  const { name, version, license = "" } = MUSL;
  const purl = `pkg:generic/${name}@${encodeURIComponent(version)}`;
  const licenses = [{ license: { id: license } }];
  return { "bom-ref": purl, type: "library", name, version, scope: "required", purl, licenses };
}

const formatLicenses = (shipped: readonly Shipped[]) =>
  [
    "# Licences of the packages that ship\n",
    "| Package | Version | Licence | In |",
    "| --- | --- | --- | --- |",
    ...shipped.map(
      ({ name, version, license, places }) =>
        `| ${name} | ${version} | ${license ?? "unknown"} | ${places.join(", ")} |`,
    ),
    "",
  ].join("\n");

const [sbom, shipped] = await Promise.all([makeSbom(), findShipped()]);
await mkdir(join(ROOT, "dist"), { recursive: true });
await writeFile(join(ROOT, "dist/sbom.cdx.json"), `${JSON.stringify(sbom, null, 2)}\n`);
await writeFile(join(ROOT, "dist/licenses.md"), formatLicenses(shipped));
console.log(`dist/sbom.cdx.json: ${sbom.components.length} components`);
console.log(`dist/licenses.md: ${shipped.length} packages that ship`);
for (const objection of shipped.map(findObjection).filter((text) => text !== undefined)) {
  console.error(objection);
  process.exitCode = 1;
}
