// Loads the packed extension, with a stand-in for the editor: every file that it needs is in the package.
import { createRequire } from "node:module";
import Module from "node:module";

const [folder] = process.argv.slice(2);
const anything = new Proxy(class {}, {
  get: (target, key) => (key in target ? target[key] : anything),
  apply: () => anything,
});
const load = Module._load;
Module._load = function (name, ...rest) {
  return name === "vscode" ? anything : load.call(this, name, ...rest);
};
const { activate, deactivate } = createRequire(`${folder}/`)(folder);
if (typeof activate !== "function" || typeof deactivate !== "function") {
  throw new Error("the extension does not export what an editor calls");
}
