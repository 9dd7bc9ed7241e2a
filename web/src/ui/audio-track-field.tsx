import { useEffect } from "preact/hooks";
import type { AudioTrackFacts } from "../../../client/soundtrack/list-tracks.ts";
import { texts } from "../texts/current.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";

/** Values of the field that aren't a track's number. */
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
  const { audioTrack } = transfer.state.value.record;
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
  const mayBePair = tracks.filter(({ channels }) => channels === 1).length > 1;
  return (
    <div>
      <label class="field">
        {options.audioTrack}
        <select
          value={audioTrack ?? AS_PLAYED}
          aria-describedby={mayBePair ? hintId : undefined}
          onChange={({ currentTarget: { value } }) => {
            if (value === ALL) return list.splitTracks(transfer, name);
            transfer.changeOptions({ audioTrack: value === AS_PLAYED ? undefined : Number(value) });
          }}
        >
          <option value={AS_PLAYED}>{options.asPlayed}</option>
          {tracks.map((facts) => (
            <option key={facts.number} value={facts.number}>
              {describe(facts)}
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
