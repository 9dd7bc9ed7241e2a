// Plain CommonJS, which every Node runs. It says in one sentence what a TypeScript file could only
// answer with a syntax error.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const [, npmNode] = /node\/v(\d+)/.exec(process.env.npm_config_user_agent || "") || [];
const major = Number(process.versions.node.split(".")[0]);

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (npmNode && Number(npmNode) < 20)
  fail(`Node ${npmNode} is too old: install Node 20 or later, then run "npm ci" again.`);
if (!existsSync(join(__dirname, "..", "node_modules", "esbuild")))
  fail('The packages are not installed: run "npm ci" first.');
if (major < 24)
  fail(
    `This is Node ${process.versions.node}, but Tapedeck's scripts run on the Node 24 that "npm ci" installs: start them with "npm run", or run "npm ci" again with install scripts allowed.`,
  );
