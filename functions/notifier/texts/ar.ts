import type { Format } from "../../../contract/texts/format.ts";
import type { MailTexts } from "./text.ts";

export const createMailTexts = ({ isolate, plural }: Format<"ar">): MailTexts => ({
  ready: {
    subject: (title) => `ملف MP3 جاهز: ${title}`,
    heading: "ملف MP3 جاهز",
  },
  failed: {
    subject: (video) => `تعذّر تحويل الفيديو: ${video}`,
    heading: "تعذّر تحويل الفيديو",
    help: (jobId) =>
      `إن أخفق التحويل مجددًا فأرسل إلى من يدير هذه الخدمة رقم التحويل ${isolate(jobId)}، فبه يمكن معرفة السبب.`,
  },
  digest: {
    ready: (count) =>
      plural(count, {
        zero: "لا ملفات MP3 جاهزة",
        one: "ملف MP3 واحد جاهز",
        two: "ملفا MP3 جاهزان",
        few: "# ملفات MP3 جاهزة",
        many: "# ملف MP3 جاهزًا",
        other: "# ملف MP3 جاهز",
      }),
    failed: (count) =>
      plural(count, {
        zero: "حُوّلت كل مقاطع الفيديو",
        one: "تعذّر تحويل فيديو واحد",
        two: "تعذّر تحويل مقطعي فيديو",
        few: "تعذّر تحويل # مقاطع فيديو",
        many: "تعذّر تحويل # مقطع فيديو",
        other: "تعذّر تحويل # مقطع فيديو",
      }),
    both: (ready, failed) => `${ready}، ${failed}`,
    whenReady: "سجّل الدخول لتشغيل ملفات MP3 وتنزيلها.",
    whenNone: "سجّل الدخول لاختيار خيارات أو ملفات أخرى.",
  },
  labels: { title: "العنوان", video: "الفيديو", facts: "المدة والحجم", note: "للعلم" },
  line: (label, value) => `${label}: ${value}`,
  actions: {
    download: "تنزيل ملف MP3",
    openTapedeck: "فتح Tapedeck",
    chooseStartAndEnd: "اختيار بداية ونهاية",
    uploadAgain: "رفعه مجددًا",
    chooseAnotherFile: "اختيار ملف آخر",
  },
  keptWithLink: (day) =>
    `يُحفظ ملف MP3 حتى ${day}. وحتى ذلك الحين يعمل الرابط دون تسجيل الدخول لكل من لديه الرابط.`,
  linkWorks: (day) => `يعمل الرابط حتى ${day} دون تسجيل الدخول لكل من لديه الرابط.`,
  keptLonger: (day) =>
    `أما ملف MP3 نفسه فيُحفظ حتى ${day}: سجّل الدخول إلى Tapedeck لتنزيله بعد انتهاء صلاحية الرابط.`,
  footer: "يحوّل Tapedeck مقاطع الفيديو إلى ملفات MP3. تصلك هذه الرسالة لأنك رفعت فيديو.",
  stopEmails: "إيقاف هذه الرسائل",
});
