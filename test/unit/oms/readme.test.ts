import { readFileSync } from 'node:fs';
import path from 'node:path';
import { lifeCycleDiagram } from '../../../engines/oms/life-cycle';

test('the diagram in the README is the table that the code runs', () => {
  const readme = readFileSync(path.join(__dirname, '../../../engines/oms/README.md'), 'utf8');
  expect(readme).toContain(`\`\`\`mermaid\n${lifeCycleDiagram()}\n\`\`\``);
});
