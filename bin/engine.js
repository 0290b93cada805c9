/** `node bin/engine.js NAME`: starts the bundle of an engine, which was built before. */
const path = require('node:path');
const { runCompiled } = require('./compiled.js');

const dist = path.join(__dirname, '..', 'dist');
runCompiled(path.join(dist, 'engines', `${process.argv[2]}.js`), path.join(dist, 'compiled'));
