import type { Format } from "../../../contract/texts/format.ts";
import type { MailTexts } from "./text.ts";

export const createMailTexts = ({ plural }: Format<"en">): MailTexts => ({
  ready: {
    subject: (title) => `Your MP3 is ready: ${title}`,
    heading: "Your MP3 is ready",
  },
  failed: {
    subject: (video) => `Your video could not be converted: ${video}`,
    heading: "Your video could not be converted",
    help: (jobId) =>
      `If it fails again, send whoever runs this service the job's number, ${jobId}. It lets them find out why.`,
  },
  digest: {
    ready: (count) => plural(count, { one: "# MP3 ready", other: "# MP3s ready" }),
    failed: (count) =>
      plural(count, {
        one: "# video could not be converted",
        other: "# videos could not be converted",
      }),
    both: (ready, failed) => `${ready}, ${failed}`,
    whenReady: "Sign in to play and download the MP3s.",
    whenNone: "Sign in to choose other options or other files.",
  },
  labels: { title: "Title", video: "Video", facts: "Length and size", note: "Please note" },
  line: (label, value) => `${label}: ${value}`,
  actions: {
    download: "Download the MP3",
    openTapedeck: "Open Tapedeck",
    chooseStartAndEnd: "Choose a start and an end",
    uploadAgain: "Upload it again",
    chooseAnotherFile: "Choose another file",
  },
  keptWithLink: (day) =>
    `The MP3 is kept until ${day}. Until then the link works without signing in, for anyone who has it.`,
  linkWorks: (day) => `The link works until ${day} without signing in, for anyone who has it.`,
  keptLonger: (day) =>
    `The MP3 itself is kept until ${day}: sign in to Tapedeck to download it after the link has expired.`,
  footer: "Tapedeck turns videos into MP3s. You get this email because you uploaded a video.",
  stopEmails: "Stop these emails",
});
