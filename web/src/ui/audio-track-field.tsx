import { useEffect } from "preact/hooks";
import type { AudioTrackFacts } from "../../../client/soundtrack/list-tracks.ts";
import { texts } from "../texts/current.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";

/** Values of the field that aren't a track's number, or two with a plus. */
const AS_PLAYED = "";
const ALL = "all";

/** Chooses the audio track, or makes a draft of each. Shows nothing where there is no choice. */
export function AudioTrackField({ list, transfer }: { list: TransferList; transfer: Transfer }) {
  useEffect(() => {
    void transfer.findTracks();
  }, [transfer]);
  const tracks = transfer.tracks.value ?? [];
  if (tracks.length < 2) return null;
  const { format, options } = texts.value;
  const { audioTrack, rightTrack } = transfer.state.value.record;
  const name = ({ number, language, name: own }: AudioTrackFacts) =>
    own ?? (language && format.language(language)) ?? options.track(number);
  const describe = (facts: AudioTrackFacts) =>
    format.facts([
      options.track(facts.number),
      facts.language && format.language(facts.language),
      facts.name,
      options.channels(facts.channels),
      facts.codec?.toUpperCase(),
    ]);
  const hintId = `tracks-${transfer.id}`;
  const pairs = listPairs(tracks);
  const mayBePair = pairs.length > 0;
  const choose = (value: string) => {
    if (value === ALL) return list.splitTracks(transfer, name);
    const [left, right] = value === AS_PLAYED ? [] : value.split("+").map(Number);
    transfer.changeOptions({ audioTrack: left, rightTrack: right });
  };
  return (
    <div>
      <label class="field">
        {options.audioTrack}
        <select
          value={[audioTrack, rightTrack].filter((track) => track !== undefined).join("+")}
          aria-describedby={mayBePair ? hintId : undefined}
          onChange={({ currentTarget: { value } }) => choose(value)}
        >
          <option value={AS_PLAYED}>{options.asPlayed}</option>
          {tracks.map((facts) => (
            <option key={facts.number} value={facts.number}>
              {describe(facts)}
            </option>
          ))}
          {pairs.map(([left, right]) => (
            <option key={`${left}+${right}`} value={`${left}+${right}`}>
              {options.pair(left, right)}
            </option>
          ))}
          <option value={ALL}>{options.allTracks(tracks.length)}</option>
        </select>
      </label>
      {mayBePair && (
        <p class="hint" id={hintId}>
          {options.pairHint}
        </p>
      )}
    </div>
  );
}

/** Lists the mono tracks that may be left and right: each two that follow each other, either way round. */
function listPairs(tracks: readonly AudioTrackFacts[]): (readonly [left: number, right: number])[] {
  const mono = tracks.filter(({ channels }) => channels === 1).map(({ number }) => number);
  return mono.flatMap((left, at) => {
    const right = at % 2 === 0 ? mono[at + 1] : undefined;
    return right === undefined
      ? []
      : ([
          [left, right],
          [right, left],
        ] as const);
  });
}
