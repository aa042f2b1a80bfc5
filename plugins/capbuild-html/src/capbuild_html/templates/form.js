"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("form"), words = document.getElementById("words").dataset;
  const fields = [...form.querySelectorAll("fieldset")], message = document.getElementById("message");
  const key = `capbuild ${data.form} ${data.version} ${location.pathname}`;
  const say = (text, ...values) => values.reduce((said, value, n) => said.replace(`%${n + 1}`, value), text);
  const meta = (name) => form.querySelector(`[data-meta=${name}]`);  // a question may have such a name, too
  const inputs = (field) => [...field.querySelectorAll("[name]")];

  // From the page to a response

  function valueOf(field) {
    const kind = field.dataset.kind, name = field.dataset.question, missing = data.missing[name] || {};
    const given = inputs(field);
    if (kind === "one" || kind === "boolean" || kind === "several") {
      const chosen = given.filter((one) => one.checked).map((one) => one.value);
      if (!chosen.length) return null;
      if (kind === "boolean") return chosen[0] === "true";
      const absent = chosen.find((code) => missing[code]);
      if (absent) return { missing: missing[absent] };
      return kind === "one" ? chosen[0] : chosen;
    }
    if (kind === "rank") {
      const ranked = given.filter((one) => one.value.trim()).sort((a, b) => Number(a.value) - Number(b.value));
      return ranked.length ? ranked.map((one) => one.dataset.code) : null;
    }
    const text = given[0].value.trim();
    if (!text) return null;
    if (kind === "number") return Number(text);
    return kind === "date" || kind === "time" ? { [kind]: kind === "time" && text.length === 5 ? `${text}:00` : text } : text;
  }

  function besideOf(field) {
    const found = {};
    for (const one of field.querySelectorAll("[data-beside]")) if (one.value.trim()) found[one.dataset.beside] = one.value.trim();
    return found;
  }

  function textOf(field, what) {
    const one = field.querySelector(`[data-${what}]`);
    return one ? one.value.trim() : "";
  }

  function answersOf(field) {
    const name = field.dataset.question, value = valueOf(field), beside = Object.entries(besideOf(field));
    const note = textOf(field, "note"), title = textOf(field, "title"), link = textOf(field, "link");
    if (value === null && !note && !title && !link && !beside.length) return [];
    const answer = { question: name, value: value === null ? { missing: "no answer" } : value };
    if (note) answer.comment = note;
    if (title || link) answer.citations = [link ? { title: title || link, link } : { title }];
    const numbers = ["confidence", "sample"];
    return [answer, ...beside.map(([what, text]) => ({
      question: `${name} [${what}]`,
      value: numbers.includes(what) ? Number(text) : what === "as_of" ? { date: text } : text,
    }))];
  }

  function responseOf() {
    const response = { id: "1", questionnaire: data.form, version: data.version, language: data.language };
    const place = data.countries[meta("country").value], who = meta("respondent").value.trim();
    if (place) response.country = place;
    if (who || data.kind) response.respondent = { pseudonym: who || data.kind, kind: data.kind || "survey" };
    if (meta("date").value) response.date = meta("date").value;
    response.answers = fields.flatMap(answersOf);
    return response;
  }

  // From a response to the page

  function codeOf(name, value) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    if ("missing" in value) return Object.entries(data.missing[name] || {}).find(([, kind]) => kind === value.missing)?.[0] ?? null;
    return value.date ?? (value.time || "").slice(0, 5);
  }

  function fill(response) {
    form.reset();
    meta("country").value = response.country?.alpha_2 || "";
    meta("respondent").value = response.respondent?.pseudonym || "";
    meta("date").value = response.date || "";
    const answers = new Map(response.answers.map((one) => [one.question, one]));
    for (const field of fields) {
      const name = field.dataset.question, answer = answers.get(name);
      const value = answer ? codeOf(name, answer.value) : null, all = [value].flat().map(String);
      for (const one of inputs(field)) {
        if (one.type === "radio" || one.type === "checkbox") one.checked = value !== null && all.includes(one.value);
        else if (one.dataset.code) one.value = value !== null && all.includes(one.dataset.code) ? all.indexOf(one.dataset.code) + 1 : "";
        else one.value = value === null ? "" : String(value);
      }
      for (const one of field.querySelectorAll("[data-beside]")) {
        const found = answers.get(`${name} [${one.dataset.beside}]`);
        one.value = found ? String(codeOf("", found.value) ?? "") : "";
      }
      const cited = answer?.citations?.[0] || {};
      for (const [what, text] of [["note", answer?.comment], ["title", cited.title], ["link", cited.link]]) {
        const one = field.querySelector(`[data-${what}]`);
        if (one) one.value = text || "";
      }
      const details = field.querySelector("details");
      if (details) details.open = [...details.querySelectorAll("input,select,textarea")].some((one) => one.value);
    }
    count();
  }

  // Progress, and what this browser keeps

  function count() {
    const asked = fields.filter((one) => one.dataset.kind !== "lines");
    const answered = asked.filter((one) => { one.classList.toggle("done", valueOf(one) !== null); return one.classList.contains("done"); });
    document.getElementById("progress").textContent = say(words.progress, answered.length, asked.length);
    document.getElementById("meter").value = asked.length ? answered.length / asked.length : 1;
    return asked.find((one) => !one.classList.contains("done"));
  }

  function keep() {
    count();
    try {
      localStorage.setItem(key, JSON.stringify(responseOf()));
      message.textContent = words.kept;
    } catch { message.textContent = words.full; }
  }

  function nameOf() {
    const place = meta("country").value ? meta("country").selectedOptions[0].textContent : "";
    return [data.form, place, meta("date").value].filter(Boolean).join("-").replace(/[^\p{L}\p{N}.-]+/gu, "-") + ".json";
  }

  function save() {
    const whole = structuredClone(data.document), link = document.createElement("a");
    whole.data.file = nameOf();
    whole.data.responses = [responseOf()];
    link.href = URL.createObjectURL(new Blob([JSON.stringify(whole)], { type: "application/json" }));
    link.download = nameOf();
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    message.textContent = say(words.saved, nameOf());
  }

  async function open(event) {
    try {
      const found = JSON.parse(await event.target.files[0].text()).data.responses[0];
      if (found.questionnaire !== data.form || found.version !== data.version) throw new Error("of another form");
      fill(found);
      keep();
    } catch { message.textContent = words.other; }
    event.target.value = "";
  }

  function clear() {
    if (!confirm(words.sure)) return;
    try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
    form.reset();
    for (const one of form.querySelectorAll("details")) one.open = false;
    count();
  }

  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("open").addEventListener("change", open);
  document.getElementById("clear").addEventListener("click", clear);
  document.getElementById("next").addEventListener("click", () => {
    const field = count();
    if (field) { field.scrollIntoView({ block: "center" }); field.querySelector("input,textarea,select")?.focus({ preventScroll: true }); }
  });
  try {
    const kept = localStorage.getItem(key);
    if (kept) fill(JSON.parse(kept));
    else if (data.previous.length) fill({ ...responseOf(), answers: data.previous });
  } catch { message.textContent = words.full; }
  count();
})();
