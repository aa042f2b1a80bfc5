"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("form"), words = document.getElementById("words").dataset;
  const fields = [...form.querySelectorAll("fieldset")], message = document.getElementById("message");
  const key = `capbuild ${data.form} ${data.version} ${location.pathname}`;
  const t = (text, ...values) => values.reduce((said, value, n) => said.replace(`%${n + 1}`, value), text);
  const meta = (name) => form.querySelector(`[data-meta=${name}]`);  // a question may have such a name, too
  const inputs = (field) => [...field.querySelectorAll("[name]")];
  const isFile = (field) => field.dataset.kind === "file";
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const attached = new Map();  // by question: name and content of its file
  const side = 1280, longest = 400000;  // pixels of a picture, characters of a file

  // From the page to a response

  function valueOf(field) {
    const kind = field.dataset.kind, name = field.dataset.question, missing = data.missing[name] || {};
    const given = inputs(field);
    if (kind === "file") return attached.get(name)?.title ?? null;
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

  function answersOf(field, files) {
    const name = field.dataset.question, value = valueOf(field), beside = Object.entries(besideOf(field));
    const note = textOf(field, "note"), title = textOf(field, "title"), link = textOf(field, "link");
    if (value === null && !note && !title && !link && !beside.length) return [];
    const answer = { question: name, value: value === null ? { missing: "no answer" } : value };
    if (note) answer.comment = note;
    if (title || link) answer.citations = [link ? { title: title || link, link } : { title }];
    if (files && attached.has(name)) answer.citations = [attached.get(name)];
    const numbers = ["confidence", "sample"];
    return [answer, ...beside.map(([what, text]) => ({
      question: `${name} [${what}]`,
      value: numbers.includes(what) ? Number(text) : what === "as_of" ? { date: text } : text,
    }))];
  }

  function responseOf(files = true) {
    const response = { id: "1", questionnaire: data.form, version: data.version, language: data.language };
    const place = data.countries[meta("country").value], who = meta("respondent").value.trim();
    if (place) response.country = place;
    if (who || data.kind) response.respondent = { pseudonym: who || data.kind, kind: data.kind || "survey" };
    if (meta("date").value) response.date = meta("date").value;
    response.answers = fields.flatMap((field) => answersOf(field, files));
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
      if (field.dataset.kind === "file") attach(field, cited.link?.startsWith("data:") ? cited : null);
      for (const [what, text] of [["note", answer?.comment], ["title", cited.title], ["link", cited.link]]) {
        const one = field.querySelector(`[data-${what}]`);
        if (one) one.value = text || "";
      }
      const details = field.querySelector("details");
      if (details) details.open = [...details.querySelectorAll("input,select,textarea")].some((one) => one.value);
    }
    count();
  }

  // Files: pictures are made smaller, which also drops the place that a camera writes into them

  async function contentOf(file) {
    if (!file.type.startsWith("image/")) {
      const reader = new FileReader();
      await new Promise((done, failed) => { reader.onload = done; reader.onerror = failed; reader.readAsDataURL(file); });
      if (reader.result.length > longest) throw new Error("too large");
      return { title: file.name, link: reader.result };
    }
    const picture = await createImageBitmap(file), canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    let link = "";
    for (let most = side; !link || link.length > longest; most *= 0.7) {
      const scale = Math.min(1, most / Math.max(picture.width, picture.height));
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      link = canvas.toDataURL("image/jpeg", 0.8);
    }
    return { title: `${file.name.replace(/\.\w+$/, "")}.jpg`, link };
  }

  function attach(field, file) {
    const shown = field.querySelector(".attached"), picture = shown.querySelector("img");
    if (file) attached.set(field.dataset.question, file);
    else attached.delete(field.dataset.question);
    shown.hidden = !file;
    shown.querySelector("span").textContent = file ? file.title : "";
    picture.hidden = !file?.link.startsWith("data:image/");
    picture.src = picture.hidden ? "" : file.link;
    field.classList.toggle("done", Boolean(file));
  }

  async function choose(field, input) {
    const file = input.files[0];
    if (!file) return;
    try {
      attach(field, await contentOf(file));
      keep(field);
    } catch { message.textContent = t(words.refused, file.name); }
    input.value = "";
  }

  // Progress, and what this browser keeps

  function count() {
    const asked = fields.filter((one) => !["lines", "file"].includes(one.dataset.kind));
    const answered = asked.filter((one) => { one.classList.toggle("done", valueOf(one) !== null); return one.classList.contains("done"); });
    document.getElementById("progress").textContent = t(data.progress[plural.select(answered.length)] || data.progress.other, answered.length, asked.length);
    document.getElementById("meter").value = asked.length ? answered.length / asked.length : 1;
    return asked.find((one) => !one.classList.contains("done"));
  }

  function keepFile(field) {
    const name = `${key} ${field.dataset.question}`, file = attached.get(field.dataset.question);
    if (file) localStorage.setItem(name, JSON.stringify(file));
    else localStorage.removeItem(name);
  }

  function keep(...changed) {  // answers first: they are kept even if there is no room for files
    count();
    try {
      localStorage.setItem(key, JSON.stringify(responseOf(false)));
      changed.forEach(keepFile);
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
    message.textContent = t(words.saved, nameOf());
  }

  async function open(event) {
    try {
      const found = JSON.parse(await event.target.files[0].text()).data.responses[0];
      if (found.questionnaire !== data.form || found.version !== data.version) throw new Error("of another form");
      fill(found);
      keep(...fields.filter(isFile));
    } catch { message.textContent = words.other; }
    event.target.value = "";
  }

  function clear() {
    if (!confirm(words.sure)) return;
    try {
      Object.keys(localStorage).filter((one) => one === key || one.startsWith(`${key} `)).forEach((one) => localStorage.removeItem(one));
    } catch { /* nothing was kept */ }
    form.reset();
    fields.filter(isFile).forEach((field) => attach(field, null));
    for (const one of form.querySelectorAll("details")) one.open = false;
    count();
  }

  form.addEventListener("input", () => keep());
  form.addEventListener("change", (event) => {
    const input = event.target.closest("[data-file]");
    if (input) choose(input.closest("fieldset"), input);
    else keep();
  });
  form.addEventListener("click", (event) => {
    const field = event.target.closest("[data-remove]")?.closest("fieldset");
    if (field) { attach(field, null); keep(field); field.querySelector("[data-file]").focus(); }
  });
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
    if (kept) {
      fill(JSON.parse(kept));
      for (const field of fields.filter(isFile)) attach(field, JSON.parse(localStorage.getItem(`${key} ${field.dataset.question}`)));
    }
    else if (data.previous.length) fill({ ...responseOf(), answers: data.previous });
  } catch { message.textContent = words.full; }
  count();
})();
