import { useRef } from "preact/hooks";

interface Props {
  children: string;
  class?: string;
  multiple?: boolean;
  accept?: string;
  describedBy?: string;
  onFiles: (files: File[]) => void;
  /** Chooses in another way, where the browser has one. */
  pickFiles?: (() => Promise<File[]>) | undefined;
}

/** A real button before a hidden file input: Enter and Space both open the picker everywhere. */
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
