import { createHash } from "node:crypto";
import type { FeedSecret } from "../../contract/feed.ts";
import { dropExtension } from "../../contract/format.ts";
import type { OwnerId } from "../../contract/job.ts";
import { toDisplayText } from "../../contract/text.ts";
import { escapeMarkup } from "../runtime/html.ts";
import type { Job } from "../storage/job.ts";

interface Feed {
  owner: OwnerId;
  secret: FeedSecret;
  apiUrl: string;
  pageUrl: string;
  /** Newest first. Those without a result are left out. */
  jobs: Job[];
}

export const feedUrl = (apiUrl: string, secret: FeedSecret) =>
  `${apiUrl}/feed/rss.xml?${new URLSearchParams({ token: secret })}`;

/**
 * Writes RSS 2.0 (https://www.rssboard.org/rss-specification) with the tags of Apple and of
 * Podcasting 2.0. Leaves out pictures, categories and the "explicit" mark. We don't have them, and
 * only public directories need them; the feed asks to stay out of those.
 */
export const writeRss = ({ owner, secret, apiUrl, pageUrl, jobs }: Feed): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0">
<channel>
<title>Tapedeck</title>
<link>${escapeXml(pageUrl)}</link>
<description>The audio of your videos. This feed is private: its address is a secret.</description>
<atom:link rel="self" type="application/rss+xml" href="${escapeXml(feedUrl(apiUrl, secret))}"/>
<itunes:block>Yes</itunes:block>
<podcast:block>yes</podcast:block>
<podcast:locked>yes</podcast:locked>
<podcast:guid>${createFeedGuid(apiUrl, owner)}</podcast:guid>
${jobs.map((job) => writeItem(job, { apiUrl, secret })).join("")}</channel>
</rss>
`;

function writeItem(
  { jobId, fileName, createdAt, result }: Job,
  { apiUrl, secret }: Pick<Feed, "apiUrl" | "secret">,
): string {
  if (!result) return "";
  const title = toDisplayText(result.title) || dropExtension(toDisplayText(fileName)) || "Audio";
  // Some players go by the path's extension to decide whether a file is audio.
  const url = `${apiUrl}/feed/episode.mp3?${new URLSearchParams({ token: secret, id: jobId })}`;
  return `<item>
<title>${escapeXml(title)}</title>
<guid isPermaLink="false">${jobId}</guid>
<pubDate>${new Date(createdAt).toUTCString()}</pubDate>
<enclosure url="${escapeXml(url)}" length="${result.sizeBytes}" type="audio/mpeg"/>
<itunes:duration>${Math.max(1, Math.round(result.durationSeconds))}</itunes:duration>
</item>
`;
}

/** XML 1.0 has no such characters, not even escaped: https://www.w3.org/TR/xml/#charsets */
const NOT_IN_XML = /[\uFFFE\uFFFF]/g;

const escapeXml = (text: string) =>
  escapeMarkup(toDisplayText(text.toWellFormed().replace(NOT_IN_XML, "")));

/** https://podcasting2.org/docs/podcast-namespace/tags/guid */
const PODCAST_NAMESPACE = "ead4c236-bf58-58c6-a2c6-a6b28d128cb6";

/**
 * A UUID of version 5 (https://www.rfc-editor.org/rfc/rfc9562#section-5.5). It stays the same when
 * the secret is replaced, so that a player recognises the podcast.
 */
function createFeedGuid(apiUrl: string, owner: OwnerId): string {
  const name = `${apiUrl.replace(/^\w+:\/\//, "")}/feed/${owner}`;
  const bytes = createHash("sha1")
    .update(Buffer.from(PODCAST_NAMESPACE.replaceAll("-", ""), "hex"))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
