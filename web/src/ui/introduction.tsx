/** What somebody should know before signing in. */
export function Introduction() {
  return (
    <div class="introduction">
      <h1>Drop a video, get the MP3</h1>
      <ul>
        <li>
          <strong>Takes any video or audio file,</strong> one or a hundred at a time. Where it can,
          your browser takes the audio out and sends only that.
        </li>
        <li>
          <strong>Nothing gets lost on the way.</strong> Uploads continue after a refresh or a
          broken connection, and you can close the page once they are sent.
        </li>
        <li>
          <strong>Nothing is kept for ever.</strong> Each MP3 shows the day on which it is deleted,
          and you can delete it before.
        </li>
        <li>
          <strong>No account yet?</strong> Whoever runs this page makes one for you: ask them.
        </li>
      </ul>
    </div>
  );
}
