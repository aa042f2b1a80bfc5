// A file that is dropped is read by Python in the page.
import { startPython } from "./python.js";

const state = document.getElementById("state");
const out = document.getElementById("out");
const input = document.getElementById("file");
const field = document.querySelector(".field");

const python = await startPython();
const show = python.globals.get("show");
state.textContent = "Ready.";
input.disabled = false;

async function read(file) {
  state.textContent = `Reading ${file.name} …`;
  const data = new Uint8Array(await file.arrayBuffer());
  const answer = JSON.parse(show(file.name, data));
  // The library escapes what it read; the page adds nothing to it.
  out.innerHTML = answer.html;
  state.textContent = answer.state;
}

input.addEventListener("change", () => input.files.length && read(input.files[0]));
field.addEventListener("dragover", (event) => { event.preventDefault(); field.classList.add("over"); });
field.addEventListener("dragleave", () => field.classList.remove("over"));
field.addEventListener("drop", (event) => {
  event.preventDefault();
  field.classList.remove("over");
  if (event.dataTransfer.files.length) read(event.dataTransfer.files[0]);
});
