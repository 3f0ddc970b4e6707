// The operators' console: reads the API every few seconds and shows what it says.
// Whatever comes from the API is set as text, never as markup: labels, memos and answers are strangers' words.

import { ago, make, mono, number, span, state, sub, tones, whole } from "/words.js";

const refreshEvery = 5000;
const tokenKey = "depositwatch.token";
const $ = (id) => document.getElementById(id);
let timer;
let answered;

class Refused extends Error {}

async function ask(path) {
    const token = sessionStorage.getItem(tokenKey);
    const answer = await fetch(path, {
        headers: token ? { Authorization: `Bearer ${token}` } : {},
        cache: "no-store",
        signal: AbortSignal.timeout(15000),
    });
    const body = await answer.json();
    if (answer.status === 401 || answer.status === 403) throw new Refused(body.detail);
    if (!answer.ok) throw new Error(body.detail ?? `the daemon answered ${answer.status}`);
    return body;
}

// Tables

/** Fills a table's body: a row is a list of cells, and what to open when it is clicked. */
function fill(id, rows, nothing) {
    const body = $(id);
    const titles = [...body.closest("table").querySelectorAll("th")].map((title) => title.textContent);
    if (rows.length === 0) {
        const cell = make("td", { class: "empty", colspan: titles.length }, nothing);
        body.replaceChildren(make("tr", null, cell));
        return;
    }
    body.replaceChildren(...rows.map(({ cells, open }) => {
        const row = make("tr", open ? { class: "open", tabindex: 0 } : null);
        cells.forEach((cell, index) => {
            cell.setAttribute("data-title", titles[index]);
            row.append(cell);
        });
        if (open) {
            row.addEventListener("click", open);
            row.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
        }
        return row;
    }));
}

const cell = (...children) => make("td", null, make("span", null, ...children));
/** A cell for words of any length, which may be broken anywhere. */
const free = (...children) => make("td", { class: "free" }, make("span", null, ...children));

function showChains(chains) {
    $("chains").replaceChildren(...chains.map((chain) => {
        const facts = make("dl");
        const fact = (title, value) => facts.append(make("dt", null, title), make("dd", null, value));
        fact("Scanned", number(chain.scanned?.height));
        fact("Head", number(chain.head));
        if (chain.head_age !== null) fact("Newest block", `${span(chain.head_age)} ago`);
        fact("Behind", chain.lag === null ? "–" : `${number(chain.lag)} block${chain.lag === 1 ? "" : "s"}`);
        fact("Watched addresses", number(chain.watched));
        fact("Waiting deposits", number(chain.deposits.detected + chain.deposits.review));
        for (const job of chain.backfills) {
            fact("Scanning back", `${number(job.next)} to ${number(job.up_to)} for ${number(job.addresses)}`);
        }
        if (chain.stall) fact("Stands still", chain.stall);
        if (chain.agreement) fact("Agreement", chain.agreement);
        if (chain.wait) fact("Waits", chain.wait);
        if (chain.backfill_trouble) fact("Late addresses", chain.backfill_trouble);
        for (const node of chain.nodes.filter((node) => node.error)) fact(node.name, node.error);
        const isBad = tones[chain.state] === "bad" || tones[chain.state] === "wary";
        const card = make("article", { class: isBad ? "chain bad" : "chain" },
            make("h3", null, chain.chain, state(chain.state)), facts);
        if (chain.state === "catching up" && chain.head) {
            const bar = make("progress", { max: chain.head, value: chain.scanned?.height ?? 0 });
            const left = chain.seconds_left === null ? "" : `, about ${span(chain.seconds_left)} left`;
            card.append(make("p", null, bar, `${number(chain.blocks_per_second)} blocks/s${left}`));
        } else if (chain.reason) {
            card.append(make("p", { class: isBad ? "bad" : "quiet" }, make("span", { class: isBad ? "bad" : "" }, chain.reason)));
            if (chain.remedy) card.append(make("p", { class: "quiet" }, `To do: ${chain.remedy}.`));
        }
        return card;
    }));
    const troubled = chains.filter((chain) => ["bad", "wary"].includes(tones[chain.state]));
    const busy = chains.filter((chain) => tones[chain.state] === "busy");
    const names = (list) => list.map((chain) => chain.chain).join(", ");
    const summary = $("summary");
    summary.className = troubled.length ? "bad" : busy.length ? "busy" : "good";
    summary.replaceChildren(make("span", { class: summary.className },
        troubled.length ? `Look after ${names(troubled)}`
            : busy.length ? `Catching up: ${names(busy)}`
                : chains.length ? "All chains are followed" : "No chain is configured"));
}

function progress(deposit) {
    const depth = deposit.required.depth;
    if (deposit.status !== "detected" && deposit.status !== "review") {
        return make("td", { class: "number" }, make("span", null, deposit.block ? number(deposit.confirmations) : "–"));
    }
    const bar = depth ? make("progress", { max: depth, value: Math.min(deposit.confirmations, depth) }) : null;
    const goal = [depth ? `${number(Math.min(deposit.confirmations, depth))} of ${number(depth)}` : number(deposit.confirmations),
        deposit.required.finality ? "until final" : null].filter(Boolean).join(", ");
    return make("td", { class: "number" }, make("span", null, bar, goal));
}

function showDeposits(deposits) {
    fill("deposits", deposits.map((deposit) => {
        const isGone = ["orphaned", "reversed", "dropped"].includes(deposit.status);
        const amount = make("span", { class: "amount" }, `${whole(deposit.amount, deposit.decimals)} ${deposit.asset}`);
        const status = cell(state(deposit.status));
        if (deposit.reason) status.append(sub(deposit.reason));
        const block = deposit.block ?? deposit.displaced_block;
        return {
            cells: [
                status,
                make("td", { class: isGone ? "gone" : "" }, make("span", null, amount, sub(deposit.chain))),
                progress(deposit),
                free(deposit.label ?? "–"),
                cell(mono(deposit.address), deposit.memo === null ? null : sub(`memo ${deposit.memo}`)),
                cell(mono(deposit.transaction), sub(deposit.position)),
                cell(block ? number(block.height) : "–", block ? make("span", { class: "sub" }, ago(block.time)) : null),
            ],
            open: () => { location.hash = deposit.id; },
        };
    }), "No deposit yet: issue an address, then pay to it.");
}

const about = (data) => (data.id
    ? `${whole(data.amount, data.decimals)} ${data.asset} on ${data.chain}`
    : [data.chain, data.callback, data.reason].filter(Boolean).join(": "));

function showEvents(events) {
    fill("events", events.reverse().map(({ id, body }) => ({
        cells: [
            cell(ago(body.timestamp)),
            cell(make("span", { title: id }, body.type)),
            free(about(body.data), body.data.label ? sub(body.data.label) : null),
        ],
        open: body.data.id?.startsWith("dep_") ? () => { location.hash = body.data.id; } : undefined,
    })), "No event yet.");
}

/** What a receiver said last. */
function answer(attempt) {
    if (!attempt) return "not sent yet";
    return attempt.failure ?? `${attempt.status} after ${number(attempt.milliseconds)} ms`;
}

function showPauses(callbacks) {
    const paused = callbacks.filter((callback) => callback.state === "paused");
    $("pauses").hidden = paused.length === 0;
    fill("paused", paused.map((callback) => ({
        cells: [
            cell(callback.callback, sub(callback.endpoint)), free(callback.reason), cell(ago(callback.since)),
            cell(number(callback.waiting)), cell(callback.oldest_waiting ? ago(callback.oldest_waiting) : "–"),
        ],
    })), "");
}

function showDeliveries(latest, exhausted) {
    fill("deliveries", latest.map((delivery) => {
        const status = cell(state(delivery.status));
        if (delivery.status === "waiting" && delivery.attempt_count > 0) {
            status.append(sub(`after ${delivery.attempt_count} attempt${delivery.attempt_count === 1 ? "" : "s"}`));
        }
        return {
            cells: [status, cell(make("span", { title: delivery.event }, delivery.type)), cell(delivery.callback),
                free(answer(delivery.last_attempt))],
        };
    }), "No delivery yet.");
    $("failures").hidden = exhausted.length === 0;
    fill("exhausted", exhausted.map((delivery) => ({
        cells: [
            cell(delivery.callback, sub(`delivery ${delivery.id}`)), cell(delivery.type, sub(delivery.event)),
            cell(number(delivery.attempt_count)), free(answer(delivery.last_attempt)),
            cell(delivery.last_attempt ? ago(delivery.last_attempt.at) : "–"),
        ],
    })), "");
}

// One deposit's history

/** Opens the deposit that the address bar names: `/#dep_…` can be sent to a colleague. */
function openNamed() {
    const id = location.hash.slice(1);
    if (id.startsWith("dep_") && $("login").hidden) showDeposit(id);
}

async function showDeposit(id) {
    let found;
    try { found = await ask(`/v1/deposits/${encodeURIComponent(id)}`); } catch (error) { return trouble(error); }
    const { deposit, history: turns, deliveries } = found;
    $("detail-title").replaceChildren(`${whole(deposit.amount, deposit.decimals)} ${deposit.asset} `, state(deposit.status));
    const facts = make("dl");
    const fact = (title, value) => facts.append(make("dt", null, title), make("dd", null, value));
    fact("Deposit", make("span", { class: "mono" }, deposit.id));
    fact("Chain", deposit.chain);
    fact("Address", make("span", { class: "mono" }, deposit.address));
    fact("Label", deposit.label ?? "–");
    fact("Transaction", make("span", { class: "mono" }, `${deposit.transaction} ${deposit.position}`));
    fact("From", make("span", { class: "mono" }, deposit.from.join(", ") || "–"));
    fact("Rule", deposit.required.rule);
    const steps = make("ol", null, ...turns.map((turn) => make("li", null, state(turn.status), " ",
        ago(turn.at), turn.block ? ` · block ${number(turn.block.height)} ` : "",
        turn.block ? mono(turn.block.hash) : null, turn.reason ? ` · ${turn.reason}` : "")));
    const sent = make("ol", null, ...deliveries.map((delivery) => make("li", null, state(delivery.status),
        ` ${delivery.type} to ${delivery.callback}`,
        ...delivery.attempts.map((attempt) =>
            make("div", { class: "quiet" }, `${attempt.at}: ${answer(attempt)}`)))));
    const parts = [facts, make("h2", null, "What happened"), steps];
    if (deliveries.length) parts.push(make("h2", null, "What was sent"), sent);
    $("detail-body").replaceChildren(...parts);
    if (!$("detail").open) $("detail").showModal();
}

// The turn

function trouble(error) {
    const box = $("trouble");
    box.hidden = !error;
    if (error) box.textContent = `The daemon does not answer as it should: ${error.message}. What is shown may be old.`;
}

function login(reason) {
    clearTimeout(timer);
    $("console").hidden = true;
    $("forget").hidden = true;
    $("login").hidden = false;
    $("summary").textContent = "";
    $("asof").textContent = "";
    $("refusal").textContent = reason ?? "";
    $("token").focus();
}

async function refresh() {
    clearTimeout(timer);
    try {
        const [chains, deposits, events, callbacks, latest, exhausted] = await Promise.all([
            "/v1/chains", "/v1/deposits?limit=25", "/v1/events?last=15", "/v1/callbacks", "/v1/deliveries?limit=15",
            "/v1/deliveries?limit=20&status=exhausted",
        ].map(ask));
        $("login").hidden = true;
        $("console").hidden = false;
        $("forget").hidden = !sessionStorage.getItem(tokenKey);
        showChains(chains.items);
        showDeposits(deposits.items);
        showEvents(events.items);
        showPauses(callbacks.items);
        showDeliveries(latest.items, exhausted.items);
        answered = new Date();
        $("asof").textContent = `as of ${answered.toLocaleTimeString()}`;
        trouble(null);
    } catch (error) {
        if (error instanceof Refused) {
            const had = sessionStorage.getItem(tokenKey);
            sessionStorage.removeItem(tokenKey);
            return login(had ? error.message : "");
        }
        $("console").hidden = false;
        trouble(error);
    }
    if (!document.hidden) timer = setTimeout(refresh, refreshEvery);
}

$("login").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(tokenKey, $("token").value.trim());
    $("token").value = "";
    refresh().then(openNamed);
});
$("detail").addEventListener("close", () => history.replaceState(null, "", location.pathname));
window.addEventListener("hashchange", openNamed);
$("forget").addEventListener("click", () => {
    sessionStorage.removeItem(tokenKey);
    login("");
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && $("login").hidden) refresh(); });
refresh().then(openNamed);
