import { useRef } from "preact/hooks";

interface Props {
  children: string;
  class?: string;
  multiple?: boolean;
  accept?: string;
  describedBy?: string;
  onFiles: (files: File[]) => void;
  /** Replaces the browser's file input. */
  pickFiles?: (() => Promise<File[]>) | undefined;
}

/** A button with a hidden file input, so that both Enter and Space open the picker in every browser. */
export function FileButton({
  children,
  multiple,
  accept,
  describedBy,
  onFiles,
  pickFiles,
  ...rest
}: Props) {
  const input = useRef<HTMLInputElement>(null);
  const pick = () => {
    const { current } = input;
    if (current === null) return;
    onFiles([...(current.files ?? [])]);
    // Choosing the same file again must also count as a change.
    current.value = "";
  };
  return (
    <>
      <button
        type="button"
        class={rest.class}
        aria-describedby={describedBy}
        onClick={() => (pickFiles ? void pickFiles().then(onFiles) : input.current?.click())}
      >
        {children}
      </button>
      <input ref={input} type="file" hidden multiple={multiple} accept={accept} onChange={pick} />
    </>
  );
}
