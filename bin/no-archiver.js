/** In place of `archiver`, which cdktf loads for assets in ZIP files: the stacks have none, and loading it is a tenth of a synthesis. */
module.exports = () => {
  throw new Error('this build packs no assets: see bin/no-archiver.js');
};
