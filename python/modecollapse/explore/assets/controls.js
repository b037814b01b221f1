// The sliders: each stops at values given as texts, which are the options' values on the command line.
"use strict";

const numberOf = (text) => text.includes("/") ? text.split("/").map(Number).reduce((a, b) => a / b) : Number(text);

function element(name, properties = {}, parent = null) {
  const made = Object.assign(document.createElement(name), properties);
  if (parent) parent.append(made);
  return made;
}

class Controls {
  constructor(holder, rows, changed) {
    this.rows = rows;
    this.inputs = {};
    this.changed = changed;
    holder.replaceChildren();
    for (const row of rows) {
      const line = element("div", { className: "control" }, holder);
      const id = "option-" + row.option;
      element("label", { htmlFor: id, textContent: row.symbol, title: row.help }, line);
      const words = row.values.some((value) => value && !Number.isFinite(numberOf(value)));
      const input = words ? this.choice(row, line) : element("input", { type: "range", min: 0, max: row.values.length - 1, step: 1 }, line);
      input.id = id;
      input.value = row.start;
      const shown = words ? null : element("output", { htmlFor: id }, line);
      this.inputs[row.option] = { row, line, input, shown };
      input.addEventListener("input", () => { this.show(); this.changed(); });
    }
    this.show();
  }

  choice(row, line) {
    const input = element("select", {}, line);
    row.values.forEach((value, index) => element("option", { value: index, textContent: value }, input));
    return input;
  }

  // "" where the option is left out
  text(option) { return this.inputs[option].row.values[Number(this.inputs[option].input.value)]; }
  number(option) { return numberOf(this.text(option)); }

  isUsed(option) {
    const needs = this.inputs[option].row.needs;
    return this.text(option) !== "" && (!needs || this.text(needs[0]) !== needs[1]);
  }

  // those of the options that are used: {name: text}
  given(options) {
    const used = options.filter((option) => option in this.inputs && this.isUsed(option));
    return Object.fromEntries(used.map((option) => [option, this.text(option)]));
  }

  show() {
    for (const { row, line, shown } of Object.values(this.inputs)) {
      if (shown) shown.textContent = this.text(row.option) === "" ? "= w*" : Number(this.text(row.option)) >= 1e4 ? shortPower(this.text(row.option)) : this.text(row.option);
      line.hidden = Boolean(row.needs) && this.text(row.needs[0]) === row.needs[1];
    }
  }
}

// 2·10⁶
function shortPower(text) {
  const value = Number(text), power = 10 ** Math.floor(Math.log10(value) + 1e-9), digit = Math.round(value / power);
  return (digit === 1 ? "" : digit + "·") + shortNumber(power);
}
