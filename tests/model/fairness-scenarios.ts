import type { Batch, FairnessSettings } from "./fairness.ts";

const CONVERTERS = 3;
/** One small video, a second after everybody else's. */
const SMALL: Batch = { user: "small", videos: 1, seconds: 0.4, atSeconds: 1 };
const heavy = (user: string, videos: number, seconds: number): Batch => ({
  user,
  videos,
  seconds,
  atSeconds: 0,
});

export const SCENARIOS: Record<string, Batch[]> = {
  "a small video behind 8 of 15 s": [heavy("a", 8, 15), SMALL],
  "a small video behind 100 of 60 s": [heavy("a", 100, 60), SMALL],
  "a small video behind two users' 50 of 60 s each": [
    heavy("a", 50, 60),
    heavy("b", 50, 60),
    SMALL,
  ],
  "a small video behind five users' 20 of 60 s each": [
    ...["a", "b", "c", "d", "e"].map((user) => heavy(user, 20, 60)),
    SMALL,
  ],
};

export const POLICIES: Record<string, Omit<FairnessSettings, "batches" | "seed">> = {
  "first come, first served": {
    converters: CONVERTERS,
    conversionsPerUser: Number.POSITIVE_INFINITY,
    order: "oldest",
  },
  "two at once a user": { converters: CONVERTERS, conversionsPerUser: 2, order: "oldest" },
  "two at once a user, messages in any order": {
    converters: CONVERTERS,
    conversionsPerUser: 2,
    order: "any",
  },
};
