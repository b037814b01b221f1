// Axes, lines and cells on a canvas. A plot has a range in x and y, linear or logarithmic, and margins for ticks.
"use strict";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const MARGIN = { left: 58, right: 12, top: 10, bottom: 38 };

// 1.5, 20, 10⁶
function shortNumber(value) {
  const exponent = Math.round(Math.log10(Math.abs(value)));
  if (value >= 1e4 && Math.abs(value / 10 ** exponent - 1) < 1e-9)
    return "10" + [...String(exponent)].map((digit) => SUPERSCRIPTS[digit]).join("");
  return String(Number(value.toPrecision(4)));
}

// Multiples of 1, 2 or 5 times a power of ten, about five of them; of a logarithmic axis powers of ten; if whole, integers.
function ticksOf({ low, high, log, whole }) {
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / 6));
    const powers = [];
    for (let e = first; e <= last; e += every) powers.push(10 ** e);
    return powers;
  }
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) found.push(k * step);
  return whole ? found.filter(Number.isInteger) : found;
}

// #RRGGBB with so much white in it
function pale(color, share) {
  const mixed = [1, 3, 5].map((at) => Math.round(255 * share + parseInt(color.slice(at, at + 2), 16) * (1 - share)));
  return `rgb(${mixed.join(",")})`;
}

class Plot {
  // x, y: {low, high, log, whole, label}
  constructor(canvas, x, y) {
    const scale = window.devicePixelRatio || 1;
    this.width = canvas.clientWidth || 320;
    this.height = canvas.clientHeight || 240;
    canvas.width = this.width * scale;
    canvas.height = this.height * scale;
    this.pen = canvas.getContext("2d");
    this.pen.setTransform(scale, 0, 0, scale, 0, 0);
    this.pen.clearRect(0, 0, this.width, this.height);
    this.pen.font = "12px sans-serif";
    this.x = x;
    this.y = y;
  }

  static share(axis, value) {
    if (!axis.log) return (value - axis.low) / (axis.high - axis.low);
    return Math.log(value / axis.low) / Math.log(axis.high / axis.low);
  }

  placeX(value) { return MARGIN.left + Plot.share(this.x, value) * (this.width - MARGIN.left - MARGIN.right); }
  placeY(value) { return this.height - MARGIN.bottom - Plot.share(this.y, value) * (this.height - MARGIN.top - MARGIN.bottom); }

  axes() {
    const { pen } = this;
    pen.strokeStyle = pen.fillStyle = "#333";
    pen.lineWidth = 1;
    pen.strokeRect(MARGIN.left, MARGIN.top, this.width - MARGIN.left - MARGIN.right, this.height - MARGIN.top - MARGIN.bottom);
    pen.textAlign = "center";
    for (const value of ticksOf(this.x)) {
      const at = this.placeX(value);
      this.segment(at, this.height - MARGIN.bottom, at, this.height - MARGIN.bottom + 4);
      pen.fillText(shortNumber(value), at, this.height - MARGIN.bottom + 16);
    }
    pen.fillText(this.x.label, (MARGIN.left + this.width - MARGIN.right) / 2, this.height - 6);
    pen.textAlign = "right";
    for (const value of ticksOf(this.y)) {
      const at = this.placeY(value);
      this.segment(MARGIN.left - 4, at, MARGIN.left, at);
      pen.fillText(shortNumber(value), MARGIN.left - 7, at + 4);
    }
    pen.save();
    pen.translate(11, (MARGIN.top + this.height - MARGIN.bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(this.y.label, 0, 0);
    pen.restore();
  }

  segment(x1, y1, x2, y2) {
    this.pen.beginPath();
    this.pen.moveTo(x1, y1);
    this.pen.lineTo(x2, y2);
    this.pen.stroke();
  }

  // null interrupts the line; count: only the first so many points
  line(xs, ys, color, { dash = [], width = 1.6, count = xs.length } = {}) {
    const { pen } = this;
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, MARGIN.top, this.width - MARGIN.left - MARGIN.right, this.height - MARGIN.top - MARGIN.bottom);
    pen.clip();
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.beginPath();
    let on = false;
    for (let i = 0; i < count; ++i) {
      const known = ys[i] !== null && xs[i] !== null;
      if (known) on ? pen.lineTo(this.placeX(xs[i]), this.placeY(ys[i])) : pen.moveTo(this.placeX(xs[i]), this.placeY(ys[i]));
      on = known;
    }
    pen.stroke();
    pen.restore();
  }

  dot(x, y, color, radius = 4) {
    const { pen } = this;
    pen.beginPath();
    pen.arc(this.placeX(x), this.placeY(y), radius, 0, 2 * Math.PI);
    pen.fillStyle = color;
    pen.fill();
    pen.lineWidth = 1;
    pen.strokeStyle = "#fff";
    pen.stroke();
  }

  // A dot with a letter, by which a line is known in grey.
  badge(x, y, color, letter) {
    this.dot(x, y, color, 7);
    this.pen.fillStyle = "#fff";
    this.pen.textAlign = "center";
    this.pen.fillText(letter, this.placeX(x), this.placeY(y) + 4);
  }

  // values[i][j] at xs[i], ys[j], in increasing order; colorOf gives null for nothing
  cells(xs, ys, values, colorOf) {
    const edges = (places) => {
      const middle = places.slice(1).map((place, i) => (place + places[i]) / 2);
      return [2 * places[0] - (middle[0] ?? places[0] - 20), ...middle, 2 * places.at(-1) - (middle.at(-1) ?? places[0] - 20)];
    };
    const columns = edges(xs.map((value) => this.placeX(value))), rows = edges(ys.map((value) => this.placeY(value)));
    const clip = (value, low, high) => Math.min(Math.max(value, low), high);
    const right = this.width - MARGIN.right, bottom = this.height - MARGIN.bottom;
    values.forEach((column, i) => column.forEach((value, j) => {
      const color = colorOf(value);
      if (color === null) return;
      const left = clip(columns[i], MARGIN.left, right), top = clip(rows[j + 1], MARGIN.top, bottom);
      const width = clip(columns[i + 1], MARGIN.left, right) - left, height = clip(rows[j], MARGIN.top, bottom) - top;
      this.pen.fillStyle = color;
      this.pen.fillRect(left, top, Math.min(width + 0.6, right - left), Math.min(height + 0.6, bottom - top)); // no seams
    }));
  }

  // The name of each kind of cell, at the one nearest to the middle of its kind; of a few cells none.
  names(xs, ys, values, shown, least = 12) {
    const kinds = {};
    values.forEach((column, i) => column.forEach((kind, j) => (kinds[kind] ??= []).push([xs[i], ys[j]])));
    for (const [kind, cells] of Object.entries(kinds)) {
      if (!shown(kind) || cells.length < least) continue;
      const middle = [0, 1].map((k) => cells.reduce((sum, cell) => sum + cell[k], 0) / cells.length);
      const far = (cell) => Math.hypot(cell[0] - middle[0], cell[1] - middle[1]);
      const [x, y] = cells.reduce((best, cell) => (far(cell) < far(best) ? cell : best));
      this.pen.fillStyle = "#111";
      this.pen.textAlign = "center";
      this.pen.fillText(kind.replace("_", " "), this.placeX(x), this.placeY(y) + 4);
    }
  }

  text(x, y, words, color = "#333") {
    this.pen.fillStyle = color;
    this.pen.textAlign = "left";
    this.pen.fillText(words, this.placeX(x) + 6, this.placeY(y) - 6);
  }
}
