import { signal } from "@preact/signals";

const isSupported = "Notification" in window;

export const notificationPermission = signal<NotificationPermission>(
  isSupported ? Notification.permission : "denied",
);

/** Must be called from a click, as browsers require. */
export async function askForNotifications() {
  notificationPermission.value = await Notification.requestPermission();
}

/** Notifies the user of a finished job, if they allowed that and aren't looking at the page. */
export function notify(title: string, body: string, tag: string) {
  if (!isSupported || Notification.permission !== "granted" || document.hasFocus()) return;
  const { lang } = document.documentElement;
  try {
    const notification = new Notification(title, {
      body,
      tag,
      icon: "./favicon.svg",
      lang,
      dir: "auto",
    });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  } catch {
    // Chromium on Android has notifications from service workers only.
  }
}
