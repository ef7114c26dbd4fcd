// Parses the diagrams on standard input (see diagrams.py) with the real Mermaid; exit code 1 when one is not accepted, or
// is drawn with other nodes and links than ours.
const { JSDOM } = require("jsdom");
const { pathToFileURL } = require("url");

const page = new JSDOM("");
global.window = page.window;
global.document = page.window.document;

async function main() {
  const { default: mermaid } = await import(pathToFileURL(require.resolve("mermaid")).href);
  const diagrams = JSON.parse(require("fs").readFileSync(0, "utf8"));
  let wrong = 0;
  for (const [name, text] of diagrams) {
    try {
      await mermaid.parse(text);
      const found = (await mermaid.mermaidAPI.getDiagramFromText(text)).db;
      const wanted = text.split("\n").filter((line) => line.startsWith("  c ")).length;
      const nodes = [...found.getVertices().keys()].sort().join();
      const ours = ["c", ...Array.from({ length: wanted }, (_, number) => `s${number}`)].sort().join();
      if (nodes !== ours || found.getEdges().length !== wanted) throw new Error(`drawn as ${nodes}`);
    } catch (error) {
      wrong += 1;
      console.log(`${name}: ${error.message}\n${text}`);
    }
  }
  console.log(`${diagrams.length} diagrams, ${wrong} not as they are meant`);
  process.exit(wrong ? 1 : 0);
}

main();
