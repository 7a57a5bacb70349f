// Builds everything in dist/ from src/ and the packages in the lock file: one style sheet, one module, one
// boot script, the fonts, and the licences of what is shipped. Run by `npm run build` (make build).
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { compile } from "sass";
import { build } from "esbuild";

const modules = "node_modules";
const fonts = {
  "@fontsource/source-sans-3": [
    "source-sans-3-latin-400-normal", "source-sans-3-latin-ext-400-normal",
    "source-sans-3-latin-700-normal", "source-sans-3-latin-ext-700-normal",
  ],
  "@fontsource/newsreader": ["newsreader-latin-500-normal", "newsreader-latin-ext-500-normal"],
};
const licences = {
  "source-sans-3": "@fontsource/source-sans-3/LICENSE",
  "newsreader": "@fontsource/newsreader/LICENSE",
};

for (const entry of await readdir("dist")) {
  if (entry !== ".gitkeep") await rm(`dist/${entry}`, { recursive: true });
}
await mkdir("dist/licences");

const { css } = compile("src/app.scss", { style: "compressed", loadPaths: [modules], quietDeps: true });
writeFileSync("dist/app.css", css);

await build({
  entryPoints: ["src/app.js", "src/boot.js"],
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  logLevel: "warning",
});

for (const [name, files] of Object.entries(fonts)) {
  for (const file of files) await cp(`${modules}/${name}/files/${file}.woff2`, `dist/${file}.woff2`);
}
for (const [name, file] of Object.entries(licences)) await cp(`${modules}/${file}`, `dist/licences/${name}.txt`);
await cp("src/licences", "dist/licences", { recursive: true });
await cp("src/mark.svg", "dist/mark.svg");
