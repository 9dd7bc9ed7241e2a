import type { Bounds } from "./explore.ts";
import type { OldFault } from "./workers.ts";

type Settings = Omit<Bounds, "maxStates">;

/** What is explored, the cheapest first. */
export const BOUNDS: Record<string, Settings> = {
  "one event, one harm, one redrive": {
    events: 1,
    harms: 1,
    tries: 2,
    deletions: 0,
    redrives: 1,
  },
  "two events, no harm": { events: 2, harms: 0, tries: 3, deletions: 1, redrives: 0 },
  "one event, two harms, a deletion": {
    events: 1,
    harms: 2,
    tries: 2,
    deletions: 1,
    redrives: 0,
  },
  "one event, five tries, five harms": {
    events: 1,
    harms: 5,
    tries: 5,
    deletions: 0,
    redrives: 0,
  },
  "one event, two harms, two waits for the owner's other videos": {
    events: 1,
    busyTurns: 2,
    harms: 2,
    tries: 3,
    deletions: 0,
    redrives: 0,
  },
  "two events, one harm": { events: 2, harms: 1, tries: 2, deletions: 0, redrives: 0 },
};

/** The smallest bounds that show each old fault. */
export const OLD_FAULTS: Record<OldFault, Settings> = {
  "no end for what is given up": {
    events: 1,
    harms: 2,
    tries: 2,
    deletions: 0,
    redrives: 0,
    oldFault: "no end for what is given up",
  },
  "messages aren't hidden": {
    events: 1,
    harms: 1,
    tries: 5,
    deletions: 0,
    redrives: 0,
    oldFault: "messages aren't hidden",
  },
  "emails aren't claimed": {
    events: 2,
    harms: 0,
    tries: 5,
    deletions: 0,
    redrives: 0,
    oldFault: "emails aren't claimed",
  },
};
