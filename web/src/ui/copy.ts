// Copies text, and shows short messages.

let show: (text: string) => void = () => undefined;

/** Sets the function that shows messages. */
export function onMessage(listener: (text: string) => void): void {
  show = listener;
}

export function say(text: string): void {
  show(text);
}

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    show(`Copied ${what}`);
  } catch {
    // Without permission, or over plain HTTP from another host, only selected text can be copied.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "off-screen";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    show(copied ? `Copied ${what}` : "The browser did not allow copying");
  }
}
