import type { Format } from "../../../../contract/texts/format.ts";
import type { Sentences } from "../text.ts";

export const createSentences = ({ plural }: Format<"ja">): Sentences => ({
  codeMissing: "ページを最後まで読み込めませんでした。再読み込みしてください。",

  faults: {
    connectionLost:
      "接続が切れました。ネットワークを確認して、もう一度お試しください。アップロード済みの部分は保存されています。",
    unreachable: "サービスに接続できません。ネットワークを確認して、もう一度お試しください。",
    serviceDown: "サービスで問題が発生しています。1分ほど待って、もう一度お試しください。",
    refused: "サービスに受け付けられませんでした。ページを再読み込みして、もう一度お試しください。",
    storageDown: "ストレージで問題が発生しています。1分ほど待って、もう一度お試しください。",
    storageRefused:
      "ストレージがファイルを受け付けませんでした。もう一度お試しください。解決しない場合は、このサービスの管理者にお知らせください。",
    outOfDate: "このページは古くなっています。再読み込みすると最新版になります。",
    unreadable:
      "ファイルを読み取れなくなりました。移動、変更、または取り外された可能性があります。もう一度選択してください。",
    unexpected: "予期しない問題が発生しました。もう一度試すか、ページを再読み込みしてください。",
    tooLarge:
      "このファイルはサービスの上限を超えています。より小さい、または短いファイルを選択してください。",
    jobGone: "この変換はもうありません。最初からやり直すには、ファイルをもう一度選択してください。",
    sourceGone:
      "動画はもう保存されていません。もう一度送信するには、上でファイルを選択してください。",
    alreadyUploaded: "このファイルはすでに届いています。再読み込みすると状況がわかります。",
    tooManyRequests: "リクエストが多すぎます。1分ほど待って、もう一度お試しください。",
    mp3Unreachable: "MP3に接続できません。ネットワークを確認して、もう一度お試しください。",
    mp3Gone: "このMP3はもうありません。もう一度動画を変換してください。",
    mp3Refused: "ストレージからMP3を取得できませんでした。1分ほど待って、もう一度お試しください。",
    wrongPassword:
      "メールアドレスまたはパスワードが違います。両方を確認して、もう一度お試しください。",
    credentialsMissing: "メールアドレスとパスワードを入力してください。",
  },

  limits: {
    bytesPerDay: (size) =>
      `1日にアップロードできるのは${size}までで、このファイルを送ると超えてしまいます。明日（1日の始まりは協定世界時の0:00）送信するか、このサービスの管理者に上限の引き上げを依頼してください。`,
    minutesPerDay: (count) =>
      plural(count, {
        other:
          "今日の上限である#分の音声を使い切りました。このファイルは明日（1日の始まりは協定世界時の0:00）送信するか、このサービスの管理者に上限の引き上げを依頼してください。",
      }),
    openJobs: (count) =>
      plural(count, {
        other:
          "待機中または変換中の動画が上限の#本に達しました。いくつか完了するまで待つか、削除してください。",
      }),
    attempts: (minutes) =>
      plural(minutes, {
        other: "ログインの試行回数が多すぎます。#分後にもう一度お試しください。",
      }),
  },

  sending: {
    now: (sent, total) => `送信中：${total}中${sent}`,
    offline: (sent, total) =>
      `オフラインです。${total}中${sent}を送信しました。残りはネットワークが戻ってから送信します。`,
    retrying: (sent, total) =>
      `接続が切れたため、再試行しています。${total}中${sent}を送信しました。`,
    onlySoundtrack: (audio, whole) => `${whole}の代わりに、音声トラック${audio}だけを送信します。`,
    sourceIsThere: "動画はまだサービスにあるため、何も送信する必要はありません。",
    reading: (percent) => `音声トラックを読み取り中、${percent}`,
    readingShort: (percent) => `読み取り中、${percent}`,
    waiting: "順番を待っています",
    paused: "一時停止中です。届いた部分は保存されています。",
    elsewhere:
      "このブラウザの別のタブがこのファイルを送信しています。そのタブを閉じると、ここで続きます。",
    draftNeedsFile:
      "ページが再読み込みされたため、このファイルがもう一度必要です。オプションは残っています。",
    uploadNeedsFile:
      "続けるには、このファイルをもう一度選択してください。届いた部分が再び送信されることはありません。",
    openAgain: "もう一度開く",
    chooseFile: "ファイルを選択",
    sent: (name) => `${name}を送信しました。これから変換します。`,
    stopped: (name, reason) => `${name}：${reason}`,
  },

  converting: {
    soon: "届きました。まもなく変換が始まります。",
    now: (percent) => `変換中、${percent}`,
    ready: (name) => `${name}の準備ができました。`,
    failed: (name, reason) => `${name}を変換できませんでした。${reason}`,
    readyTitle: "MP3の準備ができました",
    failedTitle: "MP3を作成できませんでした",
    unknownReason: "ファイルを変換できませんでした。",
    sendsWholeInstead: "音声トラックだけでは変換できなかったため、動画全体を送信します。",
  },

  wholeFile: {
    failed: "ブラウザが音声を取り出せないため、動画全体を送信します。",
    "no-sound":
      "ブラウザが音声トラックを見つけられなかったため、動画全体を送信して、もう一度確認します。",
    "not-readable": "ブラウザがこの形式を読み取れないため、ファイル全体を送信します。",
    "not-exact":
      "このファイルの音声は最初か最後が切り詰められています。正確に保つため、ファイル全体を送信します。",
  },
});
