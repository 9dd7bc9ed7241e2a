import type { Format } from "../../../contract/texts/format.ts";
import type { MailTexts } from "./text.ts";

export const createMailTexts = ({ plural }: Format<"ja">): MailTexts => ({
  ready: {
    subject: (title) => `MP3の準備ができました：${title}`,
    heading: "MP3の準備ができました",
  },
  failed: {
    subject: (video) => `動画を変換できませんでした：${video}`,
    heading: "動画を変換できませんでした",
    help: (jobId) =>
      `もう一度失敗する場合は、このサービスの管理者に変換の番号${jobId}をお知らせください。この番号で原因を調べられます。`,
  },
  digest: {
    ready: (count) => plural(count, { other: "MP3 #件の準備ができました" }),
    failed: (count) => plural(count, { other: "動画#本を変換できませんでした" }),
    both: (ready, failed) => `${ready}。${failed}`,
    whenReady: "MP3の再生とダウンロードには、ログインしてください。",
    whenNone: "オプションやファイルを選び直すには、ログインしてください。",
  },
  labels: { title: "タイトル", video: "動画", facts: "長さとサイズ", note: "ご確認ください" },
  line: (label, value) => `${label}：${value}`,
  actions: {
    download: "MP3をダウンロード",
    openTapedeck: "Tapedeckを開く",
    chooseStartAndEnd: "開始と終了を選ぶ",
    uploadAgain: "もう一度アップロード",
    chooseAnotherFile: "別のファイルを選ぶ",
  },
  keptWithLink: (day) =>
    `MP3は${day}まで保存されます。それまでは、リンクを知っている人なら誰でもログインせずに利用できます。`,
  linkWorks: (day) => `リンクは${day}まで、知っている人なら誰でもログインせずに利用できます。`,
  keptLonger: (day) =>
    `MP3は${day}まで保存されます。リンクの期限が切れた後は、Tapedeckにログインしてダウンロードしてください。`,
  footer:
    "Tapedeckは動画をMP3に変換します。このメールは、動画をアップロードされた方にお送りしています。",
  stopEmails: "このメールの配信を停止",
});
