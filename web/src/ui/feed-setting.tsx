import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import { announce } from "../announce.ts";
import { texts } from "../texts/current.ts";
import { AccountSetting } from "./account-setting.tsx";
import { useRequest } from "./use-request.ts";

/** The feed, as far as it is known. Its address is known only right after it was created. */
type Feed = { createdAt: string | null; url?: string };

/** Creates, shows and revokes a user's podcast feed. */
export function FeedSetting({ api }: { api: ApiClient }) {
  const { feed: words, format } = texts.value;
  const feed = useSignal<Feed | undefined>(undefined);
  const { fault, attempt } = useRequest();

  const load = () =>
    attempt(
      ({ feed }) => feed.notLoaded,
      async (signal) => {
        feed.value = await api.readFeed(signal);
      },
    );
  const create = () =>
    attempt(
      ({ feed }) => feed.notCreated,
      async (signal) => {
        feed.value = await api.createFeed(signal);
        announce(({ feed }) => feed.created);
      },
    );
  const revoke = () =>
    attempt(
      ({ feed }) => feed.notRevoked,
      async (signal) => {
        await api.revokeFeed(signal);
        feed.value = { createdAt: null };
        announce(({ feed }) => feed.revoked);
      },
    );

  const { createdAt, url } = feed.value ?? {};
  return (
    <AccountSetting
      title={words.title}
      isLoaded={feed.value !== undefined}
      load={load}
      fault={fault.value}
    >
      <div class="feed">
        {createdAt === null && <p>{words.none}</p>}
        {createdAt && !url && <p>{words.since(format.day(createdAt))}</p>}
        {url && <FeedAddress url={url} />}
        <div class="feed-actions">
          {createdAt === null && (
            <button type="button" onClick={create}>
              {words.create}
            </button>
          )}
          {createdAt && (
            <>
              {!url && (
                <button type="button" onClick={create}>
                  {words.replace}
                </button>
              )}
              <button type="button" class="quiet" onClick={revoke}>
                {words.revoke}
              </button>
            </>
          )}
        </div>
      </div>
    </AccountSetting>
  );
}

/** The address, which is shown only once: as text to copy, and as a code for a phone's camera. */
function FeedAddress({ url }: { url: string }) {
  const { feed: words } = texts.value;
  const squares = useSignal<boolean[][] | undefined>(undefined);
  const isCopied = useSignal(false);
  useEffect(() => {
    isCopied.value = false;
    // Few users need this module, so it is fetched only now. If that fails, the address is still shown.
    import("qr").then(
      ({ encodeQR }) => {
        squares.value = encodeQR(url, "raw", { border: 4 });
      },
      () => {},
    );
  }, [url]);
  const copy = async () => {
    await navigator.clipboard.writeText(url);
    isCopied.value = true;
    announce(({ feed }) => feed.copied);
  };
  const size = squares.value?.length ?? 0;
  return (
    <>
      <p>{words.addressHint}</p>
      <div class="feed-address">
        <label class="field">
          {words.address}
          <input
            type="text"
            readOnly
            value={url}
            onFocus={(event) => event.currentTarget.select()}
          />
        </label>
        {isSecureContext && (
          <button type="button" onClick={copy}>
            {isCopied.value ? words.copied : words.copy}
          </button>
        )}
      </div>
      {squares.value && (
        <svg class="feed-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={words.code}>
          <path d={drawSquares(squares.value)} />
        </svg>
      )}
    </>
  );
}

const drawSquares = (rows: readonly boolean[][]) =>
  rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
