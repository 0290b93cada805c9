import { schemaVersions } from '../../../config';
import { migrations } from '../../../engines/oms/write-behind/migrations';

test("what is expected of the order system's tables is the newest step that it applies", () => {
  expect(migrations.at(-1)!.id).toBe(schemaVersions.oms);
  expect(migrations.map(({ id }) => id)).toEqual(migrations.map(({ id }) => id).sort());
});
