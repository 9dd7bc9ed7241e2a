import { effect } from "@preact/signals";
import { list } from "./app-state.ts";
import { texts } from "./texts/current.ts";

const NAME = "Tapedeck";
const ICON_PIXELS = 32;

/** Shows the overall progress in the tab's title and icon, for users who are looking elsewhere. */
export function showProgressInTab() {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const plainIcon = link?.href ?? "";
  let drawn = "";
  effect(() => {
    const { count, doneCount, fraction } = list.value?.overall.value ?? NOTHING;
    const isAtWork = count > doneCount;
    document.title = isAtWork ? `${texts.value.format.percent(fraction)} · ${NAME}` : NAME;
    if (link === null) return;
    if (!isAtWork) {
      link.href = plainIcon;
      drawn = "";
      return;
    }
    // Finer steps than a twentieth can't be seen at this size.
    const step = Math.floor(fraction * 20) / 20;
    if (drawn === String(step)) return;
    drawn = String(step);
    drawIcon(step, (url) => {
      if (drawn !== String(step)) return;
      const before = link.href;
      link.href = url;
      if (before.startsWith("blob:")) URL.revokeObjectURL(before);
    });
  });
}

const NOTHING = { count: 0, doneCount: 0, fraction: 0 };

/** A ring that fills clockwise. */
function drawIcon(fraction: number, onDrawn: (url: string) => void) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = ICON_PIXELS;
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  const middle = ICON_PIXELS / 2;
  const drawArc = (colour: string, share: number) => {
    pen.beginPath();
    pen.strokeStyle = colour;
    pen.lineWidth = 7;
    pen.arc(middle, middle, middle - 5, -Math.PI / 2, -Math.PI / 2 + share * 2 * Math.PI);
    pen.stroke();
  };
  drawArc("#d9cdbf", 1);
  drawArc("#b4451f", Math.max(0.02, fraction));
  canvas.toBlob((blob) => blob && onDrawn(URL.createObjectURL(blob)));
}
