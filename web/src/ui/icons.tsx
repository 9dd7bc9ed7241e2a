/** Icons are decoration: each has its words next to it. */
export function CassetteIcon() {
  return (
    <svg class="cassette" viewBox="0 0 48 32" aria-hidden="true" focusable="false">
      <rect class="cassette-shell" x="1" y="1" width="46" height="30" rx="5" />
      <rect class="cassette-label" x="6" y="6" width="36" height="15" rx="3" />
      <g class="cassette-reels">
        <circle cx="16" cy="13.5" r="4.5" />
        <circle cx="32" cy="13.5" r="4.5" />
      </g>
      <path class="cassette-foot" d="M12 31l2.5-6h19l2.5 6z" />
    </svg>
  );
}

export function ChevronIcon() {
  return (
    <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      <path d="M4 2l4 4-4 4" />
    </svg>
  );
}

/** Something to take hold of. */
export function GripIcon() {
  return (
    <svg class="grip" viewBox="0 0 10 16" aria-hidden="true" focusable="false">
      <path d="M2 3h0M8 3h0M2 8h0M8 8h0M2 13h0M8 13h0" />
    </svg>
  );
}

/** Finds the languages for somebody who can't read the page. */
export function GlobeIcon() {
  return (
    <svg class="globe" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <circle cx="8" cy="8" r="6.5" />
      <ellipse cx="8" cy="8" rx="2.8" ry="6.5" />
      <path d="M1.5 8h13" />
    </svg>
  );
}
