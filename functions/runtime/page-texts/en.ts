import type { PageTexts } from "./text.ts";

export const pageTexts: PageTexts = {
  openTapedeck: "Open Tapedeck",
  linkFails: "This link doesn’t work",
  refusals: {
    "expired-link": "This link has expired. Sign in to Tapedeck to get your MP3s.",
    "invalid-link":
      "This link is not valid, or no longer. Copy the whole link from the email, or sign in to Tapedeck.",
    expired: "This MP3 was kept for its time and has been deleted. Upload the video again.",
    "job-not-found": "The MP3 that this link leads to has been deleted.",
    "not-ready": "The MP3 isn’t ready yet. Try again in a few seconds, or wait for the email.",
  },
  otherRefusal: "Sign in to Tapedeck to see your videos and MP3s.",
  outage: { heading: "Tapedeck can’t answer right now", text: "Try again in a few minutes." },
  stopEmails: {
    heading: "Stop all emails?",
    text: "You will get no more emails about your videos. Your MP3s stay on the page.",
    button: "Stop all emails",
  },
  emailsStopped: {
    heading: "You get no more emails",
    text: "Your MP3s stay on the page, where you can turn emails on again.",
  },
};
