import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { stackNameOf } from "../deployed/stage-name.ts";
import { resolveFfmpeg } from "../layers/ffmpeg/resolve.ts";
import { readTarget } from "./read-target.ts";
import { Tapedeck } from "./tapedeck.ts";

const environment = { ...process.env };
if (environment.AWS_ENDPOINT_URL) {
  environment.TAPEDECK_FFMPEG_PATH ??= (await resolveFfmpeg()).path;
}
const app = new App();
const target = await readTarget((name) => app.node.tryGetContext(name), environment);
if (target.kind === "aws") Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new Tapedeck(app, stackNameOf(target.stage), {
  target,
  buildDirectory: "dist",
  pageDirectory: "web/dist",
});
