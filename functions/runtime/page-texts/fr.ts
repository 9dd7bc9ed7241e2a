import type { PageTexts } from "./text.ts";

export const pageTexts: PageTexts = {
  openTapedeck: "Ouvrir Tapedeck",
  linkFails: "Ce lien ne fonctionne pas",
  refusals: {
    "expired-link": "Ce lien a expiré. Connectez-vous à Tapedeck pour obtenir vos MP3.",
    "invalid-link":
      "Ce lien n’est pas valide ou ne l’est plus. Copiez le lien entier depuis l’e-mail, ou connectez-vous à Tapedeck.",
    expired: "Ce MP3 n’est plus conservé et a été supprimé. Envoyez à nouveau la vidéo.",
    "job-not-found": "Le MP3 auquel mène ce lien a été supprimé.",
    "not-ready":
      "Le MP3 n’est pas encore prêt. Réessayez dans quelques secondes ou attendez l’e-mail.",
  },
  otherRefusal: "Connectez-vous à Tapedeck pour voir vos vidéos et vos MP3.",
  outage: {
    heading: "Tapedeck ne peut pas répondre en ce moment",
    text: "Réessayez dans quelques minutes.",
  },
  stopEmails: {
    heading: "Ne plus recevoir d’e-mails\u202f?",
    text: "Vous ne recevrez plus d’e-mails au sujet de vos vidéos. Vos MP3 restent sur la page.",
    button: "Ne plus recevoir d’e-mails",
  },
  emailsStopped: {
    heading: "Vous ne recevrez plus d’e-mails",
    text: "Vos MP3 restent sur la page, où vous pouvez réactiver les e-mails.",
  },
};
