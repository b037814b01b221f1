// Two components on two modes: P(collapse), basins with five trajectories moving, overlaps over time, R_c(d).
"use strict";

const PALE = 0.5; // share of white in a basin, so that trajectories stand out
const FIVE = ["#000000", "#7f3c8d", "#11a579", "#3969ac", "#e73f74"];

const mixture = {
  title: "mixture: two components, two modes",
  order: ["sample", "theory", "basins", "trajectories", "theory-fine", "critical"],
  panels: {
    plane: "Where a start (m1, m2) ends, at overlap s = 0 of the two means, and five random starts on their way (their s differs and moves, so they may cross borders).",
    overlaps: "The same five: overlap m of the first mean (line) and of the second (dashed) with the mode at +mu*, over time.",
    critical: "R_c(d): from which distance on 10 % collapse, with 95 % intervals; the ring is where the sliders are. It is sampled, which takes seconds.",
  },
  settled: 0,

  // what is written above the panels
  headline(values) {
    const { sample } = values, theory = values["theory-fine"] ?? values.theory;
    const sampled = sample ? `sampled ${(sample.p_collapse).toFixed(3)}, 95 % interval ${sample.ci_low.toFixed(3)} to ${sample.ci_high.toFixed(3)} (2000 trajectories)` : "";
    if (theory) {
      const p = theory.p_collapse[0];
      return { main: `P(collapse) = ${p === null ? "unknown" : p.toFixed(4)}`, second: `by theory, between ${theory.p_low[0]?.toFixed(4)} and ${theory.p_high[0]?.toFixed(4)}; ${sampled}`, value: p,
        shares: theory.outcome.map((name, i) => [name, theory.probability[0][i]]) };
    }
    return { main: sample ? `P(collapse) ≈ ${sample.p_collapse.toFixed(2)}` : "", second: sampled, value: null, shares: [] };
  },

  // after new values: how far the time runs
  arrived(values) {
    if (!values.trajectories) return;
    const { m1, m2, time } = values.trajectories;
    let last = 20;
    for (const path of [...m1, ...m2]) for (let i = 0; i < time.length; ++i) if (Math.abs(path[i] - path.at(-1)) > 0.01) last = Math.max(last, i);
    this.settled = Math.min(time.length - 1, Math.ceil(last * 1.15));
  },

  draw(canvases, values, controls, phase) {
    const square = { low: -1, high: 1 };
    const plane = new Plot(canvases.plane, { ...square, label: "m1" }, { ...square, label: "m2" });
    if (values.basins) plane.cells(values.basins.m1, values.basins.m2, values.basins.outcome, (name) => data.colors[name] ? pale(data.colors[name], PALE) : null);
    plane.axes();
    if (values.basins) plane.names(values.basins.m1, values.basins.m2, values.basins.outcome, (name) => name in data.colors);
    const paths = values.trajectories;
    if (paths) {
      const count = Math.max(2, Math.round(phase * this.settled) + 1), end = paths.time[this.settled];
      const overlaps = new Plot(canvases.overlaps, { low: 0, high: end, label: "time t" }, { low: -1.05, high: 1.05, label: "m1, m2" });
      overlaps.axes();
      paths.m1.forEach((m1, i) => {
        plane.line(m1, paths.m2[i], FIVE[i], { count });
        plane.badge(m1[count - 1], paths.m2[i][count - 1], FIVE[i], i + 1);
        overlaps.line(paths.time, m1, FIVE[i], { count });
        overlaps.line(paths.time, paths.m2[i], FIVE[i], { count, dash: [5, 4] });
        const at = Math.min(count - 1, Math.round(this.settled * (0.08 + 0.2 * i))); // apart from the others
        overlaps.badge(paths.time[at], m1[at], FIVE[i], i + 1);
        overlaps.badge(paths.time[at], paths.m2[i][at], FIVE[i], i + 1);
      });
    }
    this.drawCritical(canvases.critical, values.critical, controls);
  },

  drawCritical(canvas, critical, controls) {
    const plot = new Plot(canvas, { low: 1.5, high: 2e9, log: true, label: "dimension d" }, { low: 0.5, high: 4, label: "R" });
    plot.axes();
    if (critical) {
      const found = critical.r_c.map((row) => row[0]);
      plot.line(critical.dimension, found, "#0072B2");
      critical.dimension.forEach((d, i) => {
        if (found[i] === null) return;
        plot.line([d, d], [critical.r_c_ci_low[i][0], critical.r_c_ci_high[i][0]], "#0072B2", { width: 3 });
        plot.dot(d, found[i], "#0072B2");
      });
      const missing = critical.status.filter((row) => row[0] !== "found");
      if (missing.length) plot.text(2, 3.6, `${missing.length} of ${found.length} not found: ${[...new Set(missing.flat())].join(", ")}`);
    } else plot.text(2, 3.6, "computing …");
    const { pen } = plot;
    pen.strokeStyle = "#D55E00";
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(plot.placeX(controls.number("dimension")), plot.placeY(controls.number("radius")), 6, 0, 2 * Math.PI);
    pen.stroke();
  },
};
