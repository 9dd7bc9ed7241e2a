import { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { NodeFunction } from "./node-function.ts";

/**
 * Invokes each function once a day with its event. If nobody calls a function in a network for
 * weeks, it becomes inactive, and its next call fails:
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export function keepAwake(scope: Construct, functions: [NodeFunction, object][]): void {
  new Rule(scope, "KeepAwake", {
    description: "Keeps the functions in the network from becoming inactive",
    schedule: Schedule.rate(Duration.days(1)),
    targets: functions.map(
      ([target, event]) =>
        new LambdaFunction(target, { event: RuleTargetInput.fromObject(event), retryAttempts: 0 }),
    ),
  });
}
