/**
 * A folder of generated files that is made again as a whole while others read it, or make the same: each file is replaced in one
 * step, so that it is always there and whole; the stamp comes last, so that what was interrupted is done again.
 */
const fs = require('node:fs');
const path = require('node:path');

/** Was the folder made from what `wanted` stands for? */
function isCurrent(folder, stamp, wanted) {
  const file = path.join(folder, stamp);
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8') === wanted;
}

/** Every file under a folder, relative to it. */
const filesIn = (folder) =>
  fs.readdirSync(folder, { recursive: true }).filter((name) => fs.statSync(path.join(folder, name)).isFile());

/** A folder for what is not finished, beside the other: on the same file system. */
function scratch(folder, unwritable) {
  try {
    const name = path.basename(folder).replace(/^\.?/, '.');
    return fs.mkdtempSync(path.join(path.dirname(folder), `${name}-`));
  } catch (cause) {
    throw unwritable(cause);
  }
}

/** Lets `make` fill a folder and puts its files in place of those of `folder`. @throws what `unwritable` makes of an error, what `make` throws */
function replaceFolder(folder, { stamp, wanted, unwritable }, make) {
  const fresh = scratch(folder, unwritable);
  try {
    make(fresh);
    for (const name of filesIn(fresh)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.renameSync(path.join(fresh, name), path.join(folder, name));
    }
    fs.writeFileSync(path.join(fresh, stamp), wanted);
    fs.renameSync(path.join(fresh, stamp), path.join(folder, stamp));
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

module.exports = { isCurrent, replaceFolder };
