/** The size at which players show covers. A JPEG of that size is far below the API's limit. */
const MAX_PIXELS = 1000;
const JPEG_QUALITY = 0.85;
/** If a video hasn't shown a frame by then, it never will. */
const FRAME_PATIENCE_MILLISECONDS = 10_000;

/**
 * Converts a picture to a JPEG of at most 1,000 pixels a side. Throws if the browser can't read it.
 */
export async function shrinkPicture(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  try {
    return await drawJpeg(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/**
 * Takes the frame of a video at `seconds` as a JPEG. Throws if the browser can't show the video.
 */
export async function takeFrame(video: File, seconds: number): Promise<Blob> {
  const player = document.createElement("video");
  const url = URL.createObjectURL(video);
  try {
    await new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error("The video shows no frame.")), FRAME_PATIENCE_MILLISECONDS);
      player.onerror = () => reject(new Error("It can't be shown"));
      player.onseeked = () => resolve();
      player.onloadeddata = () => {
        player.currentTime = Math.min(seconds, player.duration || 0);
      };
      player.muted = true;
      player.preload = "auto";
      player.src = url;
    });
    return await drawJpeg(player, player.videoWidth, player.videoHeight);
  } finally {
    player.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

export async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  // In pieces, because the number of arguments in a call is limited.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

async function drawJpeg(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const scale = Math.min(1, MAX_PIXELS / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY),
  );
  if (jpeg === null) throw new Error("It can't be drawn");
  return jpeg;
}
