/** What a person may meet before the bundles are there, told as everywhere: code and message, details, the fix. */
class Problem extends Error {
  constructor(code, message, fix, details) {
    super(message);
    this.code = code;
    this.fix = fix;
    this.details = details || [];
  }
}

/** Runs an action; a problem is told without a stack trace and ends the process with exit code 1. */
function tell(action) {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const lines = [`${error.code}  ${error.message}`].concat(
      error.details.map((detail) => `  ${detail}`),
      `  fix: ${error.fix}`,
    );
    process.stderr.write(`${lines.join('\n')}\n`);
    return process.exit(1);
  }
}

module.exports = { Problem, tell };
