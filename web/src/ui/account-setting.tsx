import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { say, texts } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import { ChevronIcon } from "./icons.tsx";
import { SummaryButton } from "./summary-button.tsx";

interface Props {
  title: string;
  isLoaded: boolean;
  /** Asks the API. Called once the setting is opened, which few visits need, and to try again. */
  load: () => unknown;
  fault: Text | undefined;
  /** What is shown once it is loaded. */
  children: ComponentChildren;
}

/** A button with a section below it for what a user sets once for everything. */
export function AccountSetting({ title, isLoaded, load, fault, children }: Props) {
  const { loading, tryAgain } = texts.value;
  const isOpen = useSignal(false);
  return (
    <div class="account-setting">
      <SummaryButton
        isOpen={isOpen}
        onOpen={() => {
          if (!isLoaded) load();
        }}
      >
        <ChevronIcon />
        {title}
      </SummaryButton>
      {isOpen.value && isLoaded && children}
      {isOpen.value && !isLoaded && !fault && <p>{loading}</p>}
      <div role="alert">{isOpen.value && fault && <p class="fault">{say(fault)}</p>}</div>
      {isOpen.value && !isLoaded && fault && (
        <button type="button" onClick={() => load()}>
          {tryAgain}
        </button>
      )}
    </div>
  );
}
