/** generate-bindings FOLDER SCHEMA...  writes typed constructs for all that the provider schemas have, one file a resource. */
const fs = require('node:fs');
const { CodeMaker } = require('codemaker');
const { TerraformProviderGenerator } = require('@cdktf/provider-generator/lib/get/generator/provider-generator');

/** Made for looser compiler settings than ours; whoever imports it gets its types all the same. */
const unchecked = '// @ts-nocheck\n';

async function main([folder, ...schemas]) {
  for (const schema of schemas) {
    const code = new CodeMaker();
    new TerraformProviderGenerator(code, JSON.parse(fs.readFileSync(schema, 'utf8'))).generateAll();
    await code.save(folder);
  }
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    const file = `${folder}/${name}`;
    if (name.endsWith('.md')) fs.rmSync(file);
    else if (name.endsWith('.ts')) fs.writeFileSync(file, unchecked + fs.readFileSync(file, 'utf8'));
  }
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
