// A computed grid: the cell at the sliders, the plane of the first two axes, and a cut along each of them.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const place = (id) => document.getElementById(id);
const canvases = {};

const isPlane = data.axes.length > 1;
const captions = {
  ...(isPlane ? { plane: `${data.name} over the plane: dark is ${shortNumber(data.span[0])}, light ${shortNumber(data.span[1])}; empty cells hold no result. The cross is where the sliders are.` } : {}),
  first: `Along ${data.axes[0].label}, the other sliders as they are${data.values.length > 1 ? "; bars: the interval of each cell" : ""}.`,
  ...(isPlane ? { second: `Along ${data.axes[1].label}.` } : {}),
};
for (const [name, caption] of Object.entries(captions)) {
  const figure = element("figure", {}, place("panels"));
  canvases[name] = element("canvas", {}, figure);
  element("figcaption", { textContent: caption }, figure);
}

const controls = new Controls(place("controls"), data.axes, show);
const indexOf = (axis) => Number(controls.inputs[axis.option].input.value);
const cellAt = (values, indices) => indices.reduce((inner, index) => inner[index], values);
const rangeOf = (axis, label = axis.label) => ({ low: axis.edges[0], high: axis.edges[1], log: axis.log, label });

function shade(value) {
  if (value === null) return null;
  const share = (value - data.span[0]) / (data.span[1] - data.span[0]);
  return data.shades[Math.round(Math.min(Math.max(share, 0), 1) * (data.shades.length - 1))];
}

function show() {
  const indices = data.axes.map(indexOf);
  const [value, low, high] = data.values.map((values) => cellAt(values, indices));
  const number = (some) => some === null ? "unknown" : Number(some.toPrecision(5));
  place("headline").textContent = `${data.name} = ${number(value)}`;
  place("second").textContent = low === undefined ? "" : `interval ${number(low)} to ${number(high)}`;
  if (isPlane) drawPlane(indices);
  drawCut("first", 0, indices);
  if (isPlane) drawCut("second", 1, indices);
}

function drawPlane(indices) {
  const [x, y] = data.axes, plot = new Plot(canvases.plane, rangeOf(x), rangeOf(y));
  const values = x.places.map((_, i) => y.places.map((_, j) => cellAt(data.values[0], [i, j, ...indices.slice(2)])));
  plot.cells(x.places, y.places, values, shade);
  plot.axes();
  for (const [color, width] of [["#ffffff", 3], ["#D55E00", 1.5]]) {
    plot.line([x.places[indices[0]], x.places[indices[0]]], y.edges, color, { width });
    plot.line(x.edges, [y.places[indices[1]], y.places[indices[1]]], color, { width });
  }
}

function drawCut(name, along, indices) {
  const axis = data.axes[along], margin = 0.04 * (data.span[1] - data.span[0]);
  const plot = new Plot(canvases[name], rangeOf(axis), { low: data.span[0] - margin, high: data.span[1] + margin, label: data.name });
  const cut = (values) => axis.places.map((_, i) => cellAt(values, indices.map((index, at) => at === along ? i : index)));
  const [value, low, high] = data.values.map(cut);
  plot.axes();
  plot.line(axis.places, value, "#0072B2");
  axis.places.forEach((at, i) => {
    if (value[i] === null) return;
    if (low) plot.line([at, at], [low[i], high[i]], "#0072B2", { width: 2 });
    plot.dot(at, value[i], i === indices[along] ? "#D55E00" : "#0072B2", i === indices[along] ? 6 : 3);
  });
}

// The nearest cell to where the pointer is.
function pointed(event) {
  const [x, y] = data.axes, plot = new Plot(canvases.plane, rangeOf(x), rangeOf(y));
  const nearest = (axis, distance) => axis.places.reduce((best, at, i) => distance(at) < distance(axis.places[best]) ? i : best, 0);
  controls.inputs[x.option].input.value = nearest(x, (at) => Math.abs(plot.placeX(at) - event.offsetX));
  controls.inputs[y.option].input.value = nearest(y, (at) => Math.abs(plot.placeY(at) - event.offsetY));
  controls.show();
  show();
}

if (isPlane)
  for (const kind of ["pointermove", "pointerdown"]) canvases.plane.addEventListener(kind, pointed);
place("run").textContent = `${data.run}\n${data.provenance.join("\n")}`;
addEventListener("resize", show);
show();
