/** "1:02:03" or "4:05" */
export function formatDuration(durationSeconds: number): string {
  const seconds = Math.round(durationSeconds);
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = `${hours ? twoDigits(minutes) : minutes}:${twoDigits(seconds % 60)}`;
  return hours ? `${hours}:${tail}` : tail;
}

/** "talk.final.mp4" → "talk.final" */
export const dropExtension = (fileName: string) => fileName.replace(/(?<=.)\.[^.]{1,8}$/, "");
