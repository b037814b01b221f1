// The linear VAE: how many latents are active, P(nothing is active at T), and the warm-up over time.
"use strict";

const linearVae = {
  title: "linear VAE",
  order: ["vae-theory", "vae-sample", "vae-over-beta", "vae-trajectories"],
  panels: {
    over: "Over the KL weight beta: active latents of the optimum (steps) and, for one latent and one signal, P(nothing is active at time T) by theory (dashed). The vertical line is the slider.",
    latents: "Five trainings: active latents over time. Before the signal is found nothing seems to happen.",
    warmUp: "The same five: KL divergence of the encoder from the prior, which is what the latents carry (lines), and the KL weight beta(t) of the warm-up (dashed; its end is at the top).",
  },

  activeOf: (activity, floor) => activity.filter((value) => value > floor).length,

  headline(values) {
    const theory = values["vae-theory"], sample = values["vae-sample"];
    if (!theory) return { main: "", second: "", value: null, shares: [] };
    const active = this.activeOf(theory.activity, theory.activity_floor), p = theory.p_collapse[0];
    const total = sample ? sample.counts.reduce((a, b) => a + b, 0) : 0;
    const known = p !== null ? `P(nothing active at T) = ${p.toFixed(4)} by theory; ` : "";
    const sampled = sample ? `sampled ${sample.p_collapse.toFixed(3)}, 95 % interval ${sample.ci_low.toFixed(3)} to ${sample.ci_high.toFixed(3)} (${total} trainings); ` : "";
    return {
      main: `active latents of the optimum: ${active} of ${theory.activity.length}`,
      second: `${known}${sampled}nothing is active above beta = ${shown(theory.boundary_kl_weight)}, noise is learnt below ${shown(theory.superfluous_kl_weight)}`,
      value: p,
      shares: sample ? sample.outcome.map((name, i) => [name, sample.counts[i] / total]) : [],
    };
  },

  arrived() {},

  draw(canvases, values, controls, phase) {
    const over = values["vae-over-beta"], paths = values["vae-trajectories"];
    if (over) {
      const most = over.activity[0].length;
      const plot = new Plot(canvases.over, { low: 0, high: 6, label: "KL weight beta" }, { low: 0, high: Math.max(most, 1) * 1.08, whole: true, label: "active latents, P" });
      plot.axes();
      const beta = controls.number("kl-weight");
      plot.line([beta, beta], [0, most * 1.08], "#999999", { width: 1 });
      const steps = over.kl_weight.flatMap((x, i) => [[x - 0.05, this.activeOf(over.activity[i], over.activity_floor[i])], [x + 0.05, this.activeOf(over.activity[i], over.activity_floor[i])]]);
      plot.line(steps.map((point) => point[0]), steps.map((point) => point[1]), "#0072B2", { width: 2 });
      plot.line(over.kl_weight, over.p_collapse.map((row) => row[0]), "#D55E00", { dash: [5, 4] });
    }
    if (!paths) return;
    const end = paths.time.at(-1), count = Math.max(2, Math.round(phase * (paths.time.length - 1)) + 1);
    const most = Math.max(1, ...paths.active_directions.flat());
    const top = Math.max(0.01, ...paths.kl.flat());
    const latents = new Plot(canvases.latents, { low: 0, high: end, label: "time theta" }, { low: 0, high: most * 1.15, whole: true, label: "active latents" });
    const warmUp = new Plot(canvases.warmUp, { low: 0, high: end, label: "time theta" }, { low: 0, high: top * 1.05, label: "KL (nats)" });
    latents.axes();
    warmUp.axes();
    paths.active_directions.forEach((active, i) => {
      // a little apart, so that equal ones are seen
      latents.line(paths.time, active.map((value) => value + 0.012 * most * (i - 2)), FIVE[i], { count });
      warmUp.line(paths.time, paths.kl[i], FIVE[i], { count });
    });
    const final = controls.number("kl-weight");
    warmUp.line(paths.time, paths.beta[0].map((beta) => top * beta / final), "#555555", { dash: [5, 4] });
  },
};

const shown = (value) => value === null || value === undefined ? "no value" : Number(value.toPrecision(4));
