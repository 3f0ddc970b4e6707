// How the console writes: elements, amounts, lengths of time, states.

/** Characters that show nothing but reorder or hide what does, made visible: a label may be a lie. */
const visible = (text) => text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    `⟨${character.codePointAt(0).toString(16).toUpperCase()}⟩`);

/** An element with text or children; attributes by name. */
export function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value !== undefined && value !== null) element.setAttribute(name, value);
    }
    const present = children.filter((child) => child !== null && child !== undefined);
    element.append(...present.map((child) => (typeof child === "string" ? visible(child) : child)));
    return element;
}

const plain = new Intl.NumberFormat("en");
export const number = (value) => (value === null || value === undefined ? "–" : plain.format(value));
const short = (text) => (text.length > 18 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text);

/** Base units as whole units, exactly: "12500000" at 6 decimals is "12.5". */
export function whole(amount, decimals) {
    if (decimals === null) return `${amount} base units`;
    const digits = amount.padStart(decimals + 1, "0");
    const fraction = decimals ? digits.slice(-decimals).replace(/0+$/, "") : "";
    const integer = plain.format(BigInt(decimals ? digits.slice(0, -decimals) : digits));
    return fraction ? `${integer}.${fraction}` : integer;
}

export function span(seconds) {
    if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
    return `${Math.floor(seconds / 86400)} d`;
}

export function ago(moment) {
    const seconds = (Date.now() - Date.parse(moment)) / 1000;
    return make("time", { datetime: moment, title: moment }, `${span(seconds)} ago`);
}

export const mono = (text) => make("span", { class: "mono", title: text }, short(text));
export const sub = (text) => make("span", { class: "sub" }, text);

export const tones = {
    following: "good", "catching up": "busy", starting: "busy", halted: "bad", refused: "bad",
    "waiting for node": "wary", "nodes disagree": "bad",
    seen: "quiet", detected: "busy", confirmed: "good", finalized: "good", orphaned: "wary", reversed: "bad",
    dropped: "quiet", review: "wary",
    waiting: "busy", delivered: "good", exhausted: "bad",
};
export const state = (word) => make("span", { class: `state ${tones[word] ?? ""}` }, word);
