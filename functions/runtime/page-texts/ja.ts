import type { PageTexts } from "./text.ts";

export const pageTexts: PageTexts = {
  openTapedeck: "Tapedeckを開く",
  linkFails: "このリンクは使えません",
  refusals: {
    "expired-link":
      "このリンクの有効期限が切れました。MP3を受け取るには、Tapedeckにログインしてください。",
    "invalid-link":
      "このリンクは無効か、無効になりました。メールのリンク全体をコピーするか、Tapedeckにログインしてください。",
    expired:
      "このMP3は保存期間が過ぎたため削除されました。もう一度動画をアップロードしてください。",
    "job-not-found": "このリンク先のMP3は削除されました。",
    "not-ready": "MP3の準備がまだできていません。数秒後にもう一度試すか、メールをお待ちください。",
  },
  otherRefusal: "動画とMP3を見るには、Tapedeckにログインしてください。",
  outage: {
    heading: "Tapedeckは今、応答できません",
    text: "数分後にもう一度お試しください。",
  },
  stopEmails: {
    heading: "すべてのメールを停止しますか？",
    text: "動画についてのメールは届かなくなります。MP3はページに残ります。",
    button: "すべてのメールを停止",
  },
  emailsStopped: {
    heading: "メールを停止しました",
    text: "MP3はページに残っています。メールはページでもう一度有効にできます。",
  },
};
