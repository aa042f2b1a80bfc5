// The notebooks of the examples, cell by cell: text, code that can be changed, and what it gives.
import { fetchJson, startPython, unpackExamples } from "./python.js";

const state = document.getElementById("state");
const out = document.getElementById("out");
const choice = document.getElementById("notebook");
const all = document.getElementById("all");

const element = (name, text = "", properties = {}) => Object.assign(document.createElement(name), { textContent: text }, properties);

const python = await startPython();
await unpackExamples(python);
const { notebooks, packages } = await fetchJson("./notebooks.json");
if (packages.length) await python.loadPackage(packages);
const runCell = python.globals.get("run_cell");
let cells = [];

// Headings, emphasis, code and paragraphs are all that the texts of the notebooks use.
function addText(source) {
  for (const block of source.split(/\n\n+/)) {
    const heading = block.match(/^(#+) (.*)$/);
    const place = heading ? element(`h${heading[1].length}`) : element("p");
    for (const part of (heading ? heading[2] : block).split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*)/)) {
      const kind = part.startsWith("`") ? "code" : part.startsWith("**") ? "strong" : part.startsWith("*") ? "em" : "";
      place.append(kind ? element(kind, part.replace(/^[`*]+|[`*]+$/g, "")) : part);
    }
    out.append(place);
  }
}

function addCode(source) {
  const number = cells.length + 1;
  const code = element("textarea", "", { value: source.trimEnd(), rows: source.split("\n").length, spellcheck: false });
  code.setAttribute("aria-label", `Cell ${number}`);
  const button = element("button", `Run cell ${number}`, { type: "button" });
  const result = element("div", "", { className: "result" });
  const run = async () => {
    state.textContent = `Running cell ${number} …`;
    await new Promise(requestAnimationFrame);
    const answer = JSON.parse(runCell(code.value));
    // Displays of the library escape what they show; other values come as text.
    result.innerHTML = answer.html;
    state.textContent = answer.failed ? `Cell ${number} ended in an error.` : `Cell ${number} has run.`;
  };
  button.addEventListener("click", run);
  cells.push(run);
  out.append(code, button, result);
}

async function open(name) {
  out.replaceChildren();
  cells = [];
  python.runPython("new_notebook()");
  for (const cell of (await fetchJson(`./notebooks/${name}`)).cells) {
    (cell.cell_type === "code" ? addCode : addText)([].concat(cell.source).join(""));
  }
  state.textContent = "Ready.";
}

choice.append(...notebooks.map(({ file, title }) => element("option", title, { value: file })));
choice.addEventListener("change", () => open(choice.value));
all.addEventListener("click", async () => {
  for (const run of cells) await run();
  state.textContent = "All cells have run.";
});
await open(choice.value);
choice.disabled = all.disabled = false;
