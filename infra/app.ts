import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { Tapedeck } from "./tapedeck.ts";
import { readTarget } from "./target.ts";

const app = new App();
const target = readTarget((name) => app.node.tryGetContext(name), process.env);
if (target.kind === "aws") Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new Tapedeck(app, "Tapedeck", { target, buildDirectory: "dist", pageDirectory: "web/dist" });
