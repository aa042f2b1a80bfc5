(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const pages = JSON.parse(document.getElementById("pages").textContent);
  const byId = (list) => new Map(list.map((one) => [one.id, one]));
  const activities = byId(data.activities);
  const groups = byId(data.groups);
  // Whether there are levels to draw, and not figures alone.
  const levelled = data.rounds.some((one) => Object.values(one.results).some((country) =>
    country.scores.some((row) => row && row[0])));
  // Figures do not rise by steps: without levels there is nothing to try out.
  const scenarios = levelled && data.activities.length > 0;
  // Countries that stand in the compare view at first, and the most that fit beside one another.
  const FIRST = 3, MOST = 6;

  // What the reader has chosen. Most of it is kept in the address, so that a view can be bookmarked.
  const state = {
    language: data.language, view: "levels", indicator: 0, round: data.rounds.length - 1, group: "", order: "name",
    filter: "", country: "", columns: [], whom: data.sessions.length ? "plan" : "all", chosen: new Set(), open: new Set()
  };

  // Words

  const place = () => data.languages.indexOf(state.language);
  const text = (words) => Array.isArray(words) ? words[place()] : words;
  const locale = () => state.language === "en" ? "en-GB" : state.language;
  const number = (value) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(value);
  const percent = (value) => new Intl.NumberFormat(locale(), { style: "percent" }).format(value);
  const plain = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  function day(iso) {
    const style = { dateStyle: "medium", timeZone: "UTC" };
    return iso ? new Intl.DateTimeFormat(locale(), style).format(new Date(iso)) : "";
  }

  function t(key, values) {
    let message = data.words[state.language][key];
    if (typeof message === "object") {
      const count = values.count;
      const form = count === 0 && "=0" in message ? "=0" : new Intl.PluralRules(locale()).select(count);
      message = message[form] || message.other;
    }
    return message.replace(/\{(\w+)\}/g, (_, name) =>
      typeof values[name] === "number" ? number(values[name]) : values[name]);
  }

  // Elements: children are texts or elements, so that no text is ever read as markup.

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (typeof value === "boolean") element[name] = value;
      else if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }
  const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  const spoken = (words) => el("span", { class: "hid" }, words);
  const quiet = (words) => el("span", { class: "open" }, words);
  const id = (words) => [" ", el("span", { class: "id" }, words)];
  const option = (value, words, chosen) => el("option", { value: value, selected: String(value) === String(chosen) }, words);

  function table(kind, title, headers, bodies) {
    const head = el("tr", null, headers.map((one) => el("th", { scope: "col", class: one.wide ? "wide" : null }, one.wide || one)));
    return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
      el("table", { class: "grid " + kind }, el("caption", { class: "hid" }, title), el("thead", null, head), bodies));
  }

  // Results

  const scaleOf = (indicator) => data.scales[data.indicators[indicator].scale];
  const round = () => data.rounds[state.view === "scenario" ? data.planned : state.round];
  const results = (code) => round().results[code];
  const name = (code) => text(data.countries[code]);
  const titleOf = (indicator) => text(data.indicators[indicator].title);
  const shade = (level, scale) => 1 + Math.round((level - 1) * 4 / Math.max(scale.codes.length - 1, 1));

  // A score as the data has it, with names; null where there is none.
  function read(row) {
    if (!row) return null;
    if (row[0]) {
      const [low, high, claimed, target, verified, met] = row;
      return { level: true, low, high, claimed, target, verified, met, settled: low === high };
    }
    if (typeof row[1] === "string") return { reason: row[1], settled: false, met: null, target: 0 };
    const [, value, lower, upper, target, settled, met] = row;
    return { value, lower, upper, target, settled, met };
  }
  const scoreOf = (code, indicator) => results(code) ? read(results(code).scores[indicator]) : null;

  function* criteriaOf(indicator) {
    const { first, last } = data.indicators[indicator];
    for (let one = first; one < last; one += 1) yield one;
  }

  // Steps up to the target that are known to be missing, and criteria that are open.
  function steps(code, indicator, score) {
    const states = results(code).states, found = { missing: [], open: [], met: 0, total: 0 };
    for (const one of criteriaOf(indicator)) {
      const letter = states[one], step = data.criteria[one].step;
      if (letter === " " || step === 0) continue;
      found.total += letter === "a" ? 0 : 1;
      found.met += letter === "m" ? 1 : 0;
      if (step <= score.target && "pn".includes(letter)) found.missing.push(one);
      if (step <= score.target && "oc".includes(letter)) found.open.push(one);
    }
    return found;
  }

  // An indicator that is judged as a whole has itself as its only criterion, which leads to no step.
  const isWhole = (indicator) => !data.criteria[data.indicators[indicator].first].step;

  // Steps missing for the target: levels of an indicator that is judged as a whole, else criteria.
  function short(indicator, score, found) {
    if (!isWhole(indicator)) return found.missing.length;
    return score.settled ? Math.max(score.target - score.low, 0) : 0;
  }

  // The level once some steps are shown, by the staircase: every criterion of a step, and of those below it.
  function lift(code, indicator, score, shown) {
    const states = results(code).states, levels = new Map();
    for (const one of criteriaOf(indicator)) {
      const step = data.criteria[one].step;
      if (states[one] === " ") return score.low;
      if (step === 0) return Math.min(score.low + (shown.has(one) ? 1 : 0), scaleOf(indicator).codes.length);
      if (!levels.has(step)) levels.set(step, []);
      levels.get(step).push(shown.has(one) ? "m" : states[one]);
    }
    let level = score.low;
    for (const [step, letters] of [...levels].sort((one, other) => one[0] - other[0])) {
      if (step <= score.low) continue;
      const partly = letters.filter((letter) => letter === "p").length;
      const nearly = letters.every((letter) => "mpa".includes(letter)) && letters.some((letter) => letter !== "a");
      const passes = nearly && partly <= round().partial;
      if (passes || (nearly && data.indicators[indicator].partly)) level = step;
      if (!passes) break;
    }
    return level;
  }

  // Figures

  const labelled = (label, words) => t("label", { text: label }) + " " + words;

  const levelName = (scale, level) => {
    const label = text(scale.labels[level - 1]);
    return label === scale.codes[level - 1] ? label : scale.codes[level - 1] + " " + label;
  };

  function describe(score, scale) {
    if (score.reason) return quiet(t("undefined." + score.reason));
    if (!score.level) return [number(score.value), scale.unit && " " + text(scale.unit),
      typeof score.lower === "number" ? quiet(" " + number(score.lower) + "–" + number(score.upper)) : ""];
    if (!score.settled)
      return quiet(t("level.open", { low: scale.codes[score.low - 1], high: scale.codes[score.high - 1] }));
    const named = levelName(scale, score.low);
    return score.verified ? named : t("level.reported", { level: named });
  }

  function track(score, scale, lifted) {
    if (!score.level) return score.reason ? "" : band(score, scale);
    const span = (from, to) => "x" + (from - 1) + " w" + (to - from + 1);
    const code = (level) => scale.codes[level - 1];
    return el("span", { class: "track n" + scale.codes.length, "aria-hidden": "true" },
      scale.codes.map((_, n) => el("i", { class: "slot x" + n })),
      score.settled ? el("b", { class: "chip l" + shade(score.low, scale) + " x" + (score.low - 1) }, code(score.low))
        : el("span", { class: "range " + span(score.low, score.high) },
          el("span", null, code(score.low)), el("span", null, code(score.high))),
      lifted > score.low ? [el("i", { class: "way " + span(score.low, lifted) }),
        el("b", { class: "lifted x" + (lifted - 1) }, code(lifted))] : null,
      score.claimed ? el("b", { class: "claim x" + (score.claimed - 1) }, code(score.claimed)) : null,
      score.target ? el("i", { class: "target x" + (score.target - 1) }) : null);
  }

  function band(score, scale) {
    const [least, most] = scale.ends;
    const at = (value) => 2 + Math.min(Math.max((value - least) / (most - least), 0), 1) * 96;
    const ranged = typeof score.lower === "number";
    return svg("svg", { class: "band", "aria-hidden": "true", focusable: "false" },
      svg("rect", { class: "ground", x: "2%", y: 5, width: "96%", height: 8 }),
      ranged ? svg("rect", { class: "spread", x: at(score.lower) + "%", y: 3, height: 12,
        width: at(score.upper) - at(score.lower) + "%" }) : null,
      typeof score.target === "number" ? svg("line", { class: "goal", x1: at(score.target) + "%",
        x2: at(score.target) + "%", y1: 0, y2: 18 }) : null,
      svg("circle", { class: "dot", cx: at(score.value) + "%", cy: 9, r: 5 }));
  }

  function key(extra) {
    const mark = (kind, code) => el("span", { class: "mark " + kind, "aria-hidden": "true" }, code || "");
    const item = (drawn, words) => el("span", { class: "item" }, drawn, words);
    const codes = data.scales[0].codes, invented = data.headers[state.language].invented;
    const levels = !levelled ? [] : [
      item(mark("chip l3", codes[Math.min(2, codes.length - 1)]), t("key.confirmed")),
      extra === "compare" ? item(mark("plain", "·"), t("not_verified"))
        : item(mark("range"), t("key.open")),
      extra === "levels" ? item(mark("claim", codes[codes.length - 1]), t("key.claimed")) : null,
      extra === "scenario" ? item(mark("lifted", codes[codes.length - 1]), t("explorer.lifted")) : null];
    return el("p", { class: "key" }, levels, levelled ? item(mark("target"), t("key.target")) : null,
      invented ? el("span", { class: "made-up" }, invented) : null);
  }

  // Countries of the chosen group and filter, by name.
  function listed() {
    const members = state.group ? groups.get(state.group).members : Object.keys(data.countries);
    const wanted = plain(state.filter.trim());
    const collator = new Intl.Collator(locale());
    return members.filter((code) => plain(name(code) + " " + code).includes(wanted))
      .sort((one, other) => collator.compare(name(one), name(other)));
  }

  function absence(code) {
    const why = round().absent[code];
    return quiet(t(why ? "page." + why : "explorer.absent"));
  }

  // View: levels of one indicator, and what one of them rests on

  function ordered(codes) {
    if (state.order === "name") return codes;
    const rank = (code) => {
      const score = scoreOf(code, state.indicator);
      if (!score) return 1e6;
      if (state.order === "settled") return score.settled ? 0 : 1;
      const found = score.reason ? null : steps(code, state.indicator, score);
      return score.met === true ? 0 : found ? 1 + short(state.indicator, score, found) + found.open.length / 1e3 : 1e5;
    };
    return codes.map((code) => [rank(code), code]).sort((one, other) => one[0] - other[0]).map((one) => one[1]);
  }

  function distance(score, found) {
    if (score.met === true) return t("explorer.at_target");
    if (!score.target) return quiet(t("gap.no_target"));
    if (found && found.missing.length) return el("b", { class: "lacking" }, number(found.missing.length));
    if (score.met === null) return quiet(t("gap.undecided"));
    return score.level ? t("gap.levels", { count: score.target - score.high })
      : t("gap.below", { amount: number(score.target - score.value) });
  }

  function levelRow(code) {
    const chosen = code === state.country, score = scoreOf(code, state.indicator);
    const button = el("button", { type: "button", class: "link", "data-key": "c " + code, "aria-pressed": String(chosen),
      "aria-controls": "detail", onclick: () => choose(code) }, name(code));
    const head = el("th", { scope: "row" }, score ? button : name(code));
    if (!score) return el("tr", null, head, el("td", { colspan: isWhole(state.indicator) ? 3 : 4 }, absence(code)));
    const scale = scaleOf(state.indicator), found = score.reason ? null : steps(code, state.indicator, score);
    const met = found && found.total ? t("explorer.met.of", { met: found.met, total: found.total }) : "";
    return el("tr", { class: chosen ? "chosen" : null }, head, el("td", null, track(score, scale)),
      el("td", { class: "wide" }, describe(score, scale)), isWhole(state.indicator) ? null : el("td", { class: "wide number" }, met),
      el("td", null, distance(score, found), el("span", { class: "hid narrow" }, describe(score, scale))));
  }

  function choose(code) {
    state.country = code;
    draw();
    const detail = document.getElementById("detail");
    if (detail.getBoundingClientRect().top > innerHeight) detail.scrollIntoView();
  }

  function summary(codes) {
    const found = { total: 0, reached: 0, near: 0, below: 0, open: 0, settled: 0, aimed: 0 };
    for (const code of codes) {
      const score = scoreOf(code, state.indicator);
      if (!score) continue;
      found.total += 1;
      found.settled += score.settled ? 1 : 0;
      found.aimed += score.target ? 1 : 0;
      const near = score.met === false && score.settled && steps(code, state.indicator, score);
      if (score.met === true) found.reached += 1;
      else if (score.met === null || !score.settled) found.open += 1;
      else if (near && short(state.indicator, score, near) === 1 && !near.open.length) found.near += 1;
      else found.below += 1;
    }
    const area = titleOf(state.indicator);
    if (found.aimed) return t("explorer.summary", { area, ...found });
    return t("explorer.summary.settled", { area, ...found, open: found.total - found.settled });
  }

  function levels() {
    const codes = listed(), every = Object.keys(data.countries).length, whole = isWhole(state.indicator);
    if (!codes.includes(state.country)) state.country = codes.find((code) => scoreOf(code, state.indicator)) || "";
    const headers = [t("col.country"), spoken(t("explorer.levels")), { wide: t("country_brief.level") },
      ...(whole ? [] : [{ wide: t("explorer.met") }]), t("fact.missing_steps")];
    const notes = [t("filter.shown", { shown: codes.length, total: every }) + ".", t("explorer.order.note")];
    const unnamed = data.notes.map((note) => el("tr", null, el("td", { colspan: headers.length }, quiet(text(note)))));
    return [summary(codes), el("div", { class: "two" },
      el("div", null, key("levels"),
        table("levels-of", titleOf(state.indicator), headers, el("tbody", null, ordered(codes).map(levelRow), unnamed)),
        el("p", { class: "caption" }, notes.join(" "))),
      el("section", { id: "detail", "aria-label": t("col.country") }, detail()))];
  }

  function verdict(score, scale) {
    if (score.reason) return t("undefined." + score.reason);
    if (score.met === true) return t("explorer.reached");
    if (!score.level) return "";
    if (!score.settled)
      return t("explorer.range", { low: scale.codes[score.low - 1], high: scale.codes[score.high - 1] });
    const states = results(state.country).states, above = [...criteriaOf(state.indicator)].filter((one) =>
      data.criteria[one].step > score.low && !"ma ".includes(states[one]));
    if (!above.length) return "";
    const next = Math.min(...above.map((one) => data.criteria[one].step));
    const now = above.filter((one) => data.criteria[one].step === next);
    const lifted = lift(state.country, state.indicator, score, new Set(now));
    return t("explorer.holds", { count: now.length, level: levelName(scale, next) }) +
      (lifted > next ? " " + t("explorer.leads", { level: levelName(scale, lifted) }) : "");
  }

  function detail() {
    const code = state.country, score = code ? scoreOf(code, state.indicator) : null;
    if (!score) return [];
    const scale = scaleOf(state.indicator), indicator = data.indicators[state.indicator], invented = data.headers[state.language].invented;
    const made = [el("h2", null, labelled(name(code), titleOf(state.indicator)), id(indicator.id)),
      el("p", { class: "result" }, track(score, scale), " ", describe(score, scale)),
      el("p", { class: "verdict" }, verdict(score, scale), invented ? el("span", { class: "made-up" }, " ", invented) : null)];
    // Documents of a country are those of the last round.
    const linked = data.rounds[data.rounds.length - 1].results[code] ? Object.entries(pages) : [];
    const links = linked.map(([kind, address]) => el("a", { href: address.replace("{country}", code) },
      t(kind === "profile" ? "kind.country" : "kind.evidence")));
    if (links.length) made.push(el("p", { class: "links" }, links));
    indicator.levels.forEach((words, place) => made.push(rung(words, place + 1, score, scale)));
    let step = 0;
    for (const one of criteriaOf(state.indicator)) {
      if (results(code).states[one] === " ") continue;
      if (data.criteria[one].step !== step) {
        step = data.criteria[one].step;
        if (score.level) made.push(el("h3", null, t("explorer.step", { level: levelName(scale, step) })));
      }
      made.push(criterion(code, one));
    }
    if (data.sources.length === 0) made.push(el("p", { class: "caption" }, t("explorer.no_sources")));
    return made;
  }

  // What a level is for an indicator: the one it is at, those it could be at, and the target.
  function rung(words, order, score, scale) {
    const held = order >= score.low && order <= score.high, at = score.settled ? "v" : "o";
    return el("div", { class: held ? "criterion rung held" : "criterion rung" },
      el("span", { class: "sign", "aria-hidden": "true" }, held ? SIGNS[at] : ""),
      el("span", { class: "id" }, scale.codes[order - 1]), el("span", null, text(words) || levelName(scale, order)),
      el("span", { class: "state" }, order === score.target ? t("country_brief.target") : ""));
  }

  const SIGNS = { m: "✓", p: "½", n: "✗", o: "○", c: "○", a: "–", v: "•" };

  function criterion(code, one) {
    const { id: name_, text: words, step } = data.criteria[one], letter = results(code).states[one];
    const parts = [el("span", { class: "sign s-" + letter, "aria-hidden": "true" }, SIGNS[letter]),
      el("span", { class: "id" }, name_), el("span", null, step ? text(words) : t("col.answer")),
      el("span", { class: "state s-" + letter }, t("explorer.state." + letter))];
    if (data.sources.length === 0) return el("div", { class: "criterion" }, parts);
    return fold("", name_, el("summary", { class: "criterion" }, parts), () => sources(code, one));
  }

  // A box that is filled when it is opened, and stays open while the page is drawn anew.
  function fold(kind, name_, summary_, make) {
    const box = el("details", { class: kind, "data-key": "d " + name_ }, summary_);
    box.unfold = () => { if (box.children.length === 1) fill(box, null, [make()]); };
    box.addEventListener("toggle", () => {
      if (box.open) box.unfold();
      state.open[box.open ? "add" : "delete"](name_);
    });
    box.open = state.open.has(name_);
    if (box.open) box.unfold();
    return box;
  }

  function sources(code, one) {
    const rows = results(code).findings.filter((row) => row[0] === one);
    if (!rows.length) return el("p", { class: "caption" }, t("explorer.no_answer"));
    const headers = [t("col.source"), t("col.answer"), t("col.basis"), t("col.date"), t("explorer.cell")];
    const body = rows.map(([, source, answer, basis, date, file, cell, used]) => el("tr", { class: used ? "used" : null },
      el("th", { scope: "row" }, text(data.sources[source]), used ? " (" + t("explorer.used") + ")" : ""),
      el("td", null, text(data.answers[answer])), el("td", null, text(data.bases[basis])),
      el("td", null, day(data.days[date])), el("td", { class: "place" }, data.files[file] + cell)));
    return table("answers", data.criteria[one].id, headers, el("tbody", null, body));
  }

  // View: countries and groups side by side

  function compare() {
    const codes = listed().filter((code) => results(code));
    if (!state.columns.length) state.columns = codes.slice(0, FIRST);
    const title = (column) => groups.has(column) ? text(groups.get(column).title) : name(column);
    const box = (column) => {
      const checked = state.columns.includes(column);
      return el("label", null, el("input", { type: "checkbox", "data-key": "p " + column, checked,
        disabled: !checked && state.columns.length >= MOST, onchange: () => {
          state.columns = checked ? state.columns.filter((one) => one !== column) : [...state.columns, column];
          draw();
        } }), title(column));
    };
    const pick = (words, columns) => columns.length ? el("fieldset", { class: "pick" }, el("legend", null, words), columns.map(box)) : null;
    const collator = new Intl.Collator(locale());
    const columns = [...state.columns].sort((one, other) =>
      groups.has(one) - groups.has(other) || collator.compare(title(one), title(other)));
    const bodies = [];
    let family = null, body = null;
    data.indicators.forEach((indicator, n) => {
      if (body === null || indicator.family !== family) {
        family = indicator.family;
        body = el("tbody", null, family === null ? null : el("tr", { class: "family" },
          el("th", { scope: "rowgroup", colspan: columns.length + 1 }, text(data.families[family]))));
        bodies.push(body);
      }
      const link = el("button", { type: "button", class: "link", "data-key": "i " + n,
        onclick: () => { state.indicator = n; state.view = "levels"; controls(); draw(); } }, text(indicator.title));
      body.append(el("tr", null, el("th", { scope: "row" }, link, id(indicator.id)),
        columns.map((one) => el("td", null, groups.has(one) ? groupCell(groups.get(one), n) : countryCell(one, n)))));
    });
    return [t("explorer.pick"), [pick(t("col.countries"), codes), pick(t("explorer.groups"), data.groups.map((one) => one.id)),
      key("compare"), table("compared", t("explorer.compare"), [t("col.indicator"), ...columns.map(title)], bodies)]];
  }

  function countryCell(code, indicator) {
    const score = scoreOf(code, indicator), scale = scaleOf(indicator);
    if (!score) return results(code) ? quiet("–") : absence(code);
    const words = el("span", { class: "hid" }, describe(score, scale));
    if (score.level && !score.settled) return [el("span", { class: "dot-open", "aria-hidden": "true" }, "·"), words];
    return score.reason ? describe(score, scale) : [track({ ...score, claimed: 0 }, scale), words];
  }

  // How many countries of a group are on each level: counted, in the order of the levels.
  function groupCell(group, indicator) {
    const scale = scaleOf(indicator), counts = new Map();
    for (const code of group.members) {
      const score = scoreOf(code, indicator);
      if (!score) continue;
      const slot = score.level && score.settled ? score.low : score.level || score.reason ? 1e3 : 1e4;
      counts.set(slot, (counts.get(slot) || 0) + 1);
    }
    const parts = [...counts].sort((one, other) => one[0] - other[0]).map(([slot, count]) => {
      const words = slot === 1e3 ? t("not_verified") : slot === 1e4 ? t("explorer.count", { count }) : levelName(scale, slot);
      const part = el("b", { class: slot === 1e3 ? "hatch" : slot === 1e4 ? "l2" : "l" + shade(slot, scale), title: words },
        spoken(words + " × "), number(count), spoken(", "));
      part.style.flexGrow = count;
      return part;
    });
    return parts.length ? el("span", { class: "bar" }, parts) : quiet("–");
  }

  // View: which levels would rise, and for whom

  const offered = () => (state.whom === "all" ? data.activities : data.sessions).map((one) => one.id);
  const planned = (activity) => data.sessions.filter((one) => one.activity === activity);

  // Missing steps by country that the chosen sessions, or activities for every country, help to take.
  function addressed() {
    const found = new Map();
    const help = (codes, activity) => {
      for (const code of codes) {
        if (!results(code)) continue;
        if (!found.has(code)) found.set(code, new Set());
        for (const one of activity.helps)
          if ("pnv".includes(results(code).states[one])) found.get(code).add(one);
      }
    };
    if (state.whom === "all")
      data.activities.forEach((one) => state.chosen.has(one.id) && help(Object.keys(data.countries), one));
    else data.sessions.forEach((one) => state.chosen.has(one.id) && activities.has(one.activity) &&
      help(one.countries, activities.get(one.activity)));
    return found;
  }

  function moves() {
    const shown = addressed(), rows = [];
    let helped = 0;
    for (const code of listed()) {
      if (!shown.has(code)) continue;
      data.indicators.forEach((indicator, n) => {
        const score = scoreOf(code, n), own = [...criteriaOf(n)].filter((one) => shown.get(code).has(one));
        if (!score || !score.level || !own.length) return;
        const steps_ = own.filter((one) => data.criteria[one].step || score.met === false);
        helped += steps_.filter((one) => data.criteria[one].step <= (score.target || Infinity)).length;
        const to = score.settled ? lift(code, n, score, new Set(steps_)) : score.low;
        if (to > score.low) rows.push({ code, indicator: n, score, to, steps: steps_.length });
      });
    }
    return { rows, helped };
  }

  function scenario() {
    const { rows, helped } = moves(), all = state.whom === "all";
    const codes = new Set(rows.map((one) => one.code));
    const reached = rows.filter((one) => one.score.met === false && one.to >= one.score.target).length;
    const chosen = data.sessions.filter((one) => state.chosen.has(one.id));
    const fact = (value, words) => el("div", null, el("dt", null, words), el("dd", null, el("b", null, number(value))));
    const facts = el("dl", { class: "facts" }, fact(rows.length, t("explorer.fact.levels")),
      fact(reached, t("explorer.fact.reached")), fact(codes.size, t("explorer.fact.countries")),
      fact(helped, t("explorer.fact.steps")),
      data.currency && !all ? fact(total(chosen), t("explorer.fact.cost", { currency: data.currency })) : null);
    const headers = [t("col.country"), t("col.indicator"), t("explorer.from_to"), t("explorer.steps")];
    const body = rows.map((one) => el("tr", null, el("th", { scope: "row" }, name(one.code)),
      el("td", null, titleOf(one.indicator), id(data.indicators[one.indicator].id)),
      el("td", null, track({ ...one.score, claimed: 0 }, scaleOf(one.indicator), one.to),
        spoken(levelName(scaleOf(one.indicator), one.score.low) + " – " + levelName(scaleOf(one.indicator), one.to))),
      el("td", { class: "number" }, number(one.steps))));
    const message = state.chosen.size === 0 ? t("explorer.choose")
      : t("explorer.chosen", { levels: rows.length, reached, countries: codes.size });
    return [message, el("div", { class: "two" }, chooser(all),
      el("div", null, facts, el("p", { class: "caption" }, bound()), key("scenario"),
        rows.length ? table("moves", t("explorer.scenario"), headers, el("tbody", null, body)) : null))];
  }

  function bound() {
    const used = data.activities.filter((one) => one.effects &&
      (state.chosen.has(one.id) || planned(one.id).some((session) => state.chosen.has(session.id))));
    const parts = [t("explorer.bound", { round: text(round().title) })];
    if (used.length) {
      const low = Math.min(...used.map((one) => one.effects[0])), high = Math.max(...used.map((one) => one.effects[1]));
      parts.push(t(low === high ? "explorer.effect" : "explorer.effects", { low: percent(low), high: percent(high) }));
    }
    if (data.invented_effects) parts.push(t("explorer.effects.invented"));
    return parts.join(" ");
  }

  function chooser(all) {
    const shown = data.activities.filter((one) => all || planned(one.id).length);
    const radio = (whom) => el("label", null, el("input", { type: "radio", name: "whom", "data-key": "w " + whom,
      checked: state.whom === whom, onchange: () => { state.whom = whom; state.chosen = new Set(offered()); draw(); } }), t("explorer.whom." + whom));
    const button = (words, chosen) => el("button", { type: "button", "data-key": "s " + words,
      onclick: () => { state.chosen = new Set(chosen); draw(); } }, words);
    return el("div", null,
      el("fieldset", { class: "pick" }, el("legend", null, t("explorer.whom")), radio("plan"), radio("all")),
      el("p", { class: "buttons" }, button(t("explorer.select.all"), offered()), button(t("explorer.select.none"), [])),
      el("fieldset", { class: "activities" }, el("legend", null, t("explorer.activities")),
        shown.map((one) => all ? activityBox(one, [one.id], "") : [activityBox(one, planned(one.id).map((s) => s.id), data.currency ? data.currency + " " + number(total(planned(one.id))) : ""),
          sessionBoxes(one)])));
  }

  const total = (sessions) => sessions.reduce((sum, one) => sum + Math.round(Number(one.cost) * 100), 0) / 100;

  function activityBox(activity, ids, words) {
    const many = ids.filter((one) => state.chosen.has(one)).length;
    const input = el("input", { type: "checkbox", "data-key": "a " + activity.id, checked: many === ids.length,
      onchange: () => { ids.forEach((one) => state.chosen[many === ids.length ? "delete" : "add"](one)); draw(); } });
    input.indeterminate = many > 0 && many < ids.length;
    const box = el("label", { class: "activity" }, input, el("span", null, text(activity.title), id(activity.id)),
      el("span", { class: "quiet" }, words));
    return text(activity.about) ? [box, fold("about", "about " + activity.id, el("summary", null, t("explorer.about"),
      spoken(": " + text(activity.title))), () => el("p", { class: "quiet" }, text(activity.about)))] : box;
  }

  function sessionBoxes(activity) {
    const collator = new Intl.Collator(locale());
    const who = (one) => {
      const names = one.countries.filter((code) => code in data.countries).map(name).sort(collator.compare);
      const rest = one.others + one.countries.length - names.length;
      return [...names, ...(rest ? [t("explorer.others", { count: rest })] : [])].join(", ");
    };
    const line = (one) => el("label", { class: "activity" },
      el("input", { type: "checkbox", "data-key": "a " + one.id, checked: state.chosen.has(one.id), onchange: () => {
        state.chosen[state.chosen.has(one.id) ? "delete" : "add"](one.id);
        draw();
      } }),
      el("span", null, labelled(day(one.start) + " – " + day(one.end), who(one))),
      el("span", { class: "quiet" }, one.cost === null ? "" : number(Number(one.cost))));
    const many = t("count.sessions", { count: planned(activity.id).length });
    return fold("sessions", activity.id, el("summary", null, many, spoken(": " + text(activity.title))),
      () => planned(activity.id).map(line));
  }

  // The page around the views

  const views = { levels, compare, scenario };

  function select(label, field, options) {
    return el("label", null, el("span", null, label), el("select", { "data-key": "f " + field, onchange: (event) => {
      const value = event.target.value;
      state[field] = typeof state[field] === "number" ? Number(value) : value;
      draw();
    } }, options));
  }

  function indicatorOptions() {
    const made = [];
    let family = null, box = null;
    data.indicators.forEach((one, n) => {
      const entry = option(n, one.id + " " + text(one.title), state.indicator);
      if (one.family === null) return void made.push(entry);
      if (one.family !== family) {
        family = one.family;
        box = el("optgroup", { label: text(data.families[family]) });
        made.push(box);
      }
      box.append(entry);
    });
    return made;
  }

  function groupOptions() {
    const kinds = [...new Set(data.groups.map((one) => one.kind))];
    return [option("", t("explorer.everybody"), state.group), kinds.map((kind) =>
      el("optgroup", { label: t("explorer.kind." + kind) }, data.groups.filter((one) => one.kind === kind)
        .map((one) => option(one.id, text(one.title), state.group))))];
  }

  function controls() {
    const inView = (...names) => names.includes(state.view);
    const toggle = (field, value, words, extra) => el("button", { type: "button", "data-key": field + " " + value,
      "aria-pressed": String(state[field] === value), ...extra, onclick: () => { state[field] = value; controls(); draw(); } }, words);
    const names = Object.keys(views).filter((one) => one !== "scenario" || scenarios);
    const own = (tag) => {
      const words = new Intl.DisplayNames([tag], { type: "language" }).of(tag);
      return words[0].toUpperCase() + words.slice(1);
    };
    const focused = document.activeElement && document.activeElement.dataset.key;
    const filter = el("input", { type: "search", autocomplete: "off", "data-key": "f filter", value: state.filter,
      oninput: (event) => { state.filter = event.target.value; draw(); } });
    document.getElementById("controls").replaceChildren(
      el("div", { class: "bar-of" },
        el("nav", { class: "tabs", "aria-label": t("explorer.views") }, names.map((one) => toggle("view", one, t("explorer." + one)))),
        el("div", { class: "languages", role: "group", "aria-label": t("explorer.language") },
          data.languages.map((tag) => toggle("language", tag, own(tag), { lang: tag })),
          el("button", { type: "button", onclick: () => print() }, t("explorer.print")))),
      el("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
        inView("levels") ? select(t("col.indicator"), "indicator", indicatorOptions()) : null,
        inView("levels", "compare") && data.rounds.length > 1 ? select(t("explorer.round"), "round",
          data.rounds.map((one, n) => option(n, text(one.title), state.round))) : null,
        data.groups.length ? select(t("explorer.group"), "group", groupOptions()) : null,
        inView("levels") ? select(t("explorer.order"), "order", ["name", "missing", "settled"].map((one) =>
          option(one, t("explorer.order." + one), state.order))) : null,
        el("label", null, el("span", null, t("filter.countries")), filter)));
    const head = data.headers[state.language], box = document.getElementById("head");
    const set = (selector, words) => { const found = box.querySelector(selector); if (found) found.textContent = words; };
    document.documentElement.lang = state.language;
    document.title = [head.title, head.label, head.invented].filter(Boolean).join(" – ");
    document.getElementById("title").textContent = head.title;
    document.getElementById("foot").textContent = head.foot;
    document.querySelector(".skip").textContent = t("skip");
    set(".label", head.label);
    set(".programme", head.programme);
    set(".whom p", head.audience);
    const notice = box.querySelector(".notice");
    if (notice) notice.replaceChildren(...head.notices.map((one, n) =>
      el("p", null, n === 0 && head.invented ? [el("strong", null, head.invented + "."), " "] : null, one)));
    restore(focused);
  }

  function restore(focused) {
    const found = focused && document.querySelector('[data-key="' + CSS.escape(focused) + '"]');
    if (found) (found.querySelector(":scope > summary") || found).focus({ preventScroll: true });
  }

  function draw() {
    const active = document.activeElement;
    const owner = active && document.getElementById("view").contains(active) && active.closest("[data-key]");
    const focused = owner && owner.dataset.key;
    const [message, made] = views[state.view]();
    document.getElementById("message").textContent = message;
    document.getElementById("view").replaceChildren(...[made].flat().filter(Boolean));
    restore(focused);
    save();
  }

  // The address of a view

  const KEPT = ["language", "view", "group", "order", "country", "whom"];

  function save() {
    const kept = new URLSearchParams(KEPT.filter((field) => state[field]).map((field) => [field, state[field]]));
    kept.set("indicator", data.indicators[state.indicator].id);
    kept.set("round", data.rounds[state.round].id);
    if (state.columns.length) kept.set("columns", state.columns.join(" "));
    if (state.chosen.size !== offered().length) kept.set("chosen", [...state.chosen].join(" "));
    history.replaceState(null, "", "#" + kept);
  }

  // The indicator that most countries fall short of: what the page shows at first.
  function widest() {
    const short = data.indicators.map((_, n) =>
      Object.keys(round().results).filter((code) => (scoreOf(code, n) || {}).met === false).length);
    return short.indexOf(Math.max(...short));
  }

  function load() {
    const kept = new URLSearchParams(location.hash.slice(1));
    const within = (field, known) => { if (known.includes(kept.get(field))) state[field] = kept.get(field); };
    const words = (field) => (kept.get(field) || "").split(" ").filter(Boolean);
    within("language", data.languages);
    within("view", Object.keys(views).filter((one) => one !== "scenario" || scenarios));
    within("group", [...groups.keys()]);
    within("order", ["name", "missing", "settled"]);
    within("country", Object.keys(data.countries));
    within("whom", ["plan", "all"]);
    const at = (list, field) => list.findIndex((one) => one.id === kept.get(field));
    if (at(data.rounds, "round") >= 0) state.round = at(data.rounds, "round");
    state.indicator = at(data.indicators, "indicator");
    if (state.indicator < 0) state.indicator = widest();
    state.columns = words("columns").filter((one) => one in data.countries || groups.has(one)).slice(0, MOST);
    const known = new Set([...activities.keys(), ...data.sessions.map((one) => one.id)]);
    state.chosen = new Set(kept.has("chosen") ? words("chosen").filter((one) => known.has(one)) : offered());
  }

  addEventListener("beforeprint", () => document.querySelectorAll("#detail details").forEach((box) => {
    box.unfold();
    box.open = true;
  }));
  load();
  controls();
  draw();
}());
