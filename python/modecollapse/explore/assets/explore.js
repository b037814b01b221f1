// Asks the server for what the sliders say, one question after the other, and draws the answers.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const token = new URLSearchParams(location.search).get("token");
const families = { "mixture": mixture, "linear-vae": linearVae };
const SECONDS = 6; // a pass of the trajectories
const REST = 30; // ms without a move before the first question
const FRAME = { yes: 250, no: 33 }; // ms between two pictures, while the processor is wanted and else

const page = { family: null, controls: null, canvases: {}, values: {}, asked: {}, stop: new AbortController(), timer: 0, began: 0, drawn: 0 };
const place = (id) => document.getElementById(id);

async function ask(view, options, signal) {
  const answer = await fetch("/ask", { method: "POST", signal, headers: { "Content-Type": "application/json", "X-Token": token }, body: JSON.stringify({ view, options }) });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

// What is known stays until something new is there, but for what the moved slider has changed.
async function update() {
  page.stop.abort();
  const stop = page.stop = new AbortController(), began = performance.now();
  const { family, controls } = page, of = families[family];
  const wanted = of.order.map((view) => [view, controls.given(data.views[view].takes)]);
  for (const [view, options] of wanted)
    if (page.asked[view] !== JSON.stringify(options)) { delete page.values[view]; delete page.asked[view]; }
  place("error").textContent = "";
  document.body.dataset.busy = "yes";
  for (const [view, options] of wanted) {
    if (page.asked[view]) continue;
    try {
      const answer = await ask(view, options, stop.signal);
      if (stop.signal.aborted) return;
      page.values[view] = answer.values;
      page.asked[view] = JSON.stringify(options);
      page.commands[view] = answer.command;
      of.arrived(page.values);
      if (view.endsWith("trajectories")) page.began = performance.now();
    } catch (error) {
      if (stop.signal.aborted) return;
      place("error").textContent = error.message;
      if (error instanceof TypeError) { place("error").textContent = "The server has ended: start modecollapse-explore again, and open its new link."; break; }
    }
    write(of, began);
  }
  delete document.body.dataset.busy;
}

function write(of, began) {
  const { main, second, value, shares } = of.headline(page.values);
  if (main) place("headline").textContent = main;
  place("second").textContent = second;
  if (value !== null && place("headline").dataset.value !== String(value)) {
    place("headline").dataset.value = value;
    place("headline").dataset.milliseconds = Math.round(performance.now() - began);
  }
  const there = shares.filter(([, share]) => share > 0);
  place("bar").replaceChildren(...there.map(([name, share]) => {
    const piece = element("div", { title: `${name}: ${share.toFixed(4)}` });
    piece.style.width = `${100 * share}%`;
    piece.style.background = data.colors[name] ?? "#999";
    return piece;
  }));
  place("legend").replaceChildren(...there.map(([name, share]) => {
    const entry = element("span", { textContent: `${name.replaceAll("_", " ")} ${share.toFixed(4)}`, title: data.words[name] ?? "" });
    entry.style.setProperty("--color", data.colors[name] ?? "#999");
    return entry;
  }));
  place("commands").textContent = of.order.filter((view) => page.asked[view]).map((view) => page.commands[view]).join("\n");
}

function animate(now) {
  requestAnimationFrame(animate);
  if (now - page.drawn < FRAME[document.body.dataset.busy ?? "no"]) return;
  page.drawn = now;
  const phase = Math.min(1, (((now - page.began) / 1000) % (SECONDS + 2)) / SECONDS);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) page.began = now - 1000 * SECONDS;
  families[page.family].draw(page.canvases, page.values, page.controls, Math.max(phase, 0));
}

function choose(family) {
  Object.assign(page, { family, values: {}, asked: {}, commands: {}, canvases: {} });
  for (const button of place("tabs").children) button.setAttribute("aria-pressed", String(button.dataset.family === family));
  for (const id of ["headline", "second", "bar", "legend", "panels", "commands"]) place(id).replaceChildren();
  delete place("headline").dataset.value;
  for (const [name, caption] of Object.entries(families[family].panels)) {
    const figure = element("figure", {}, place("panels"));
    page.canvases[name] = element("canvas", {}, figure);
    element("figcaption", { textContent: caption }, figure);
  }
  page.controls = new Controls(place("controls"), data.families[family], () => {
    clearTimeout(page.timer);
    document.body.dataset.busy = "yes";
    page.timer = setTimeout(update, REST);
  });
  update();
}

for (const [family, { title }] of Object.entries(families)) {
  const button = element("button", { textContent: title, type: "button" }, place("tabs"));
  button.dataset.family = family;
  button.addEventListener("click", () => choose(family));
}
choose("mixture");
requestAnimationFrame(animate);
