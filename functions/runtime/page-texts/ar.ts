import type { PageTexts } from "./text.ts";

export const pageTexts: PageTexts = {
  openTapedeck: "فتح Tapedeck",
  linkFails: "هذا الرابط لا يعمل",
  refusals: {
    "expired-link": "انتهت صلاحية هذا الرابط. سجّل الدخول إلى Tapedeck للحصول على ملفات MP3.",
    "invalid-link":
      "هذا الرابط غير صالح أو لم يعد صالحًا. انسخ الرابط كاملًا من الرسالة، أو سجّل الدخول إلى Tapedeck.",
    expired: "انتهت مدة حفظ ملف MP3 هذا وحُذف. ارفع الفيديو مجددًا.",
    "job-not-found": "حُذف ملف MP3 الذي يقود إليه هذا الرابط.",
    "not-ready": "ملف MP3 غير جاهز بعد. أعد المحاولة بعد ثوانٍ أو انتظر الرسالة.",
  },
  otherRefusal: "سجّل الدخول إلى Tapedeck لرؤية مقاطع الفيديو وملفات MP3.",
  outage: {
    heading: "لا يستطيع Tapedeck الرد الآن",
    text: "أعد المحاولة بعد بضع دقائق.",
  },
  stopEmails: {
    heading: "إيقاف كل الرسائل؟",
    text: "لن تصلك رسائل بعد الآن عن مقاطع الفيديو. تبقى ملفات MP3 على الصفحة.",
    button: "إيقاف كل الرسائل",
  },
  emailsStopped: {
    heading: "لن تصلك رسائل بعد الآن",
    text: "تبقى ملفات MP3 على الصفحة، ويمكنك تفعيل الرسائل من جديد هناك.",
  },
};
