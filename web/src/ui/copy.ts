// The clipboard, and a short message that says what happened.

let show: (text: string) => void = () => undefined;

/** The one place that shows messages registers itself here. */
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
    // Without permission, or over plain HTTP from another name: the old way needs a selection.
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
