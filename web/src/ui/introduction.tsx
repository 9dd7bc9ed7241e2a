import { texts } from "../texts/current.ts";

/** What somebody should know before signing in. */
export function Introduction() {
  const { title, points } = texts.value.introduction;
  return (
    <div class="introduction">
      <h1>{title}</h1>
      <ul>
        {points.map(({ claim, rest }) => (
          <li key={claim}>
            <strong>{claim}</strong> {rest}
          </li>
        ))}
      </ul>
    </div>
  );
}
