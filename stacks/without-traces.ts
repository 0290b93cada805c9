/** cdktf notes the whole call stack at every reference that it makes, a tenth of a synthesis, and nobody reads it. */
const traces = require('cdktf/lib/tokens/private/stack-trace') as { captureStackTrace: () => string[] };
traces.captureStackTrace = () => [];

export {};
