/** What the test asks of the page, and what the page answers. */
export interface UppyRun {
  apiUrl: string;
  token: string;
  sampleBase64: string;
  /** The sample is filled up to this; a number below its own size leaves it as it is. */
  fillToBytes: number;
  shouldUseMultipart: boolean;
  /** What somebody does once the first part is stored. */
  afterFirstPart?: "pause and resume" | "cancel";
}

export interface UppyOutcome {
  jobId: string;
  successful: number;
  errors: string[];
  /** Methods that were signed, in their order. */
  signed: string[];
}

export type PageWithUppy = { uploadWithUppy(run: UppyRun): Promise<UppyOutcome> };
