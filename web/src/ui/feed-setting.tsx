import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import { announce } from "../announce.ts";
import { texts } from "../texts/current.ts";
import { AccountSetting } from "./account-setting.tsx";
import { AskButton } from "./ask-button.tsx";
import { useRequest } from "./use-request.ts";

/** The feed, as far as it is known. Its address is known only right after it was created. */
type Feed = { createdAt: string | null; url?: string };

/** Creates, shows and revokes a user's podcast feed. */
export function FeedSetting({ api }: { api: ApiClient }) {
  const { feed: words, format } = texts.value;
  const feed = useSignal<Feed | undefined>(undefined);
  const { fault, attempt } = useRequest();
  const content = useRef<HTMLDivElement>(null);
  const hasChanged = useRef(false);
  useLayoutEffect(() => {
    // The focused button is gone, so the focus moves to what is there instead.
    if (!hasChanged.current) return;
    hasChanged.current = false;
    content.current?.querySelector<HTMLElement>("input, button")?.focus({ preventScroll: true });
  }, [feed.value]);
  const change = (next: Feed) => {
    hasChanged.current = true;
    feed.value = next;
  };

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
        change(await api.createFeed(signal));
        announce(({ feed }) => feed.created);
      },
    );
  const revoke = () =>
    attempt(
      ({ feed }) => feed.notRevoked,
      async (signal) => {
        await api.revokeFeed(signal);
        change({ createdAt: null });
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
      <div class="feed" ref={content}>
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
                <AskButton
                  label={words.replace}
                  confirm={words.replaceForGood}
                  keep={words.keep}
                  warning={words.oldAddress}
                  onConfirm={create}
                />
              )}
              <AskButton
                class="quiet"
                label={words.revoke}
                confirm={words.revokeForGood}
                keep={words.keep}
                warning={words.oldAddress}
                onConfirm={revoke}
              />
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
