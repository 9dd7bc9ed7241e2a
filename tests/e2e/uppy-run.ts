/** The test's request to the page, and the page's answer. */
export interface UppyRun {
  apiUrl: string;
  token: string;
  sampleBase64: string;
  /** The sample is filled up to this size. It stays as it is if it is larger. */
  fillToBytes: number;
  shouldUseMultipart: boolean;
  /** What the user does once the first part is stored. */
  afterFirstPart?: "pause and resume" | "cancel";
}

export interface UppyOutcome {
  jobId: string;
  successful: number;
  errors: string[];
  /** The methods that were signed, in order. */
  signed: string[];
}

export type PageWithUppy = { uploadWithUppy(run: UppyRun): Promise<UppyOutcome> };
