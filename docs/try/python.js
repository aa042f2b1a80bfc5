// Pyodide with the library, and the functions of try.py.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const fetched = async (name) => {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
};

export const fetchJson = async (name) => (await fetched(name)).json();

export async function startPython() {
  const python = await loadPyodide({ indexURL: new URL("./pyodide/", import.meta.url).href });
  const [library, glue] = await Promise.all([
    fetched("./capbuild.zip").then((answer) => answer.arrayBuffer()),
    fetched("./try.py").then((answer) => answer.text()),
  ]);
  python.unpackArchive(library, "zip", { extractDir: "/library" });
  python.runPython(glue);
  return python;
}

export async function unpackExamples(python) {
  const archive = await (await fetched("./examples.zip")).arrayBuffer();
  python.unpackArchive(archive, "zip", { extractDir: "/examples" });
}
