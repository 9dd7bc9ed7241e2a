import type { Format } from "../../../../contract/texts/format.ts";
import type { Frame } from "../text.ts";

export const createFrame = ({ plural }: Format<"ja">): Frame => ({
  loading: "読み込んでいます…",
  tryAgain: "もう一度試す",
  unnamedVideo: "動画",
  kilobits: (rate) => `${rate} kbit/s`,
  keptUntil: (day) => `${day}まで保存`,
  files: (count) => plural(count, { other: "#個のファイル" }),

  timeLeft: {
    someSeconds: "残り数秒",
    seconds: (count) => plural(count, { other: "残り約#秒" }),
    minutes: (count) => plural(count, { other: "残り約#分" }),
    hours: (count) => plural(count, { other: "残り約#時間" }),
  },

  account: {
    signOut: "ログアウト",
    signOutAndForget: "破棄してログアウト",
    stay: "このまま続ける",
    unsent: (count) =>
      plural(count, {
        other: "#個のファイルがまだ送信されていません。ログアウトすると破棄されます。",
      }),
  },

  signIn: {
    title: "ログイン",
    titleAgain: "もう一度ログイン",
    email: "メールアドレス",
    password: "パスワード",
    busy: "ログインしています…",
    sessionEnded: "セッションの有効期限が切れました。",
    nothingLost: "何も失われていません。リストはそのまま戻ります。",
    uploadsGoOn: (count) =>
      plural(count, {
        other: "何も失われていません。ログインすると#件のアップロードが再開します。",
      }),
    filesWait: (count) => plural(count, { other: "ログインすると#個のファイルが追加されます。" }),
  },

  introduction: {
    title: "動画をドロップしてMP3に",
    points: [
      {
        claim: "どんな動画・音声ファイルでも。",
        rest: "1個でも100個でも一度に変換できます。可能な場合は、ブラウザが音声だけを取り出して送信します。",
      },
      {
        claim: "途中で失われません。",
        rest: "ページを再読み込みしても、接続が切れても、アップロードは続きから再開します。送信が終わればページを閉じてもかまいません。",
      },
      {
        claim: "いつまでも保存されません。",
        rest: "MP3ごとに削除される日が表示されます。その前に自分で削除することもできます。",
      },
      {
        claim: "アカウントをお持ちでない場合は、",
        rest: "このページの管理者に作成を依頼してください。",
      },
    ],
  },

  footer: {
    theme: "テーマ",
    themes: { system: "システムに合わせる", light: "ライト", dark: "ダーク" },
    language: "言語",
    browserLanguage: "ブラウザに合わせる",
  },

  emails: {
    title: "メールの受信設定",
    choices: {
      each: "動画ごとに1通",
      digest: "近い時間に完了した動画をまとめて1通",
      failures: "動画を変換できなかったときだけ",
      none: "受け取らない",
    },
    saved: "保存しました",
    savedAs: (choice) => `保存しました。メール：${choice}。`,
    notLoaded: "設定を読み込めませんでした。",
    notSaved: "設定を保存できませんでした。",
  },

  feed: {
    title: "ポッドキャストフィード",
    none: "非公開のフィードを作ると、MP3がポッドキャストアプリのエピソードになります。",
    since: (day) =>
      `${day}からフィードがあります。アドレスは作成時に表示され、もう一度表示することはできません。`,
    create: "フィードを作成",
    replace: "新しいアドレスを作成",
    revoke: "フィードを終了",
    replaceForGood: "新しく作成する",
    revokeForGood: "完全に終了",
    keep: "このまま残す",
    oldAddress: "今のアドレスを使っているポッドキャストアプリには、MP3が届かなくなります。",
    created: "フィードの準備ができました。",
    revoked: "フィードを終了しました。",
    addressHint:
      "このアドレスをポッドキャストアプリに追加するか、スマートフォンのカメラをコードに向けてください。表示されるのは今だけです。アドレスを知っている人は誰でもMP3を聴けます。",
    address: "フィードのアドレス",
    copy: "コピー",
    copied: "コピーしました",
    code: "アドレスのQRコード",
    notLoaded: "フィードを確認できませんでした。",
    notCreated: "フィードを作成できませんでした。",
    notRevoked: "フィードを終了できませんでした。",
  },
});
