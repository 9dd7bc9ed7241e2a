/** Turns off the handlers' logs, because the model takes millions of steps. Import it first. */
process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
