#!/usr/bin/env node
const path = require('node:path');
require(path.join(require('./build.js').ensureBuilt(), 'nautilus.js'));
