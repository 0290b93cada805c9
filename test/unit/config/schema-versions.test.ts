import { schemaVersions } from '../../../config';
import { migrations as ofOrders } from '../../../engines/oms/write-behind/migrations';
import { migrations as ofBooks } from '../../../engines/pms/write-behind/migrations';

test.each([
  ['order system', ofOrders, schemaVersions.oms],
  ['books', ofBooks, schemaVersions.pms],
])("what is expected of the %s' tables is the newest step that it applies", (_, migrations, version) => {
  expect(migrations.at(-1)!.id).toBe(version);
  expect(migrations.map(({ id }) => id)).toEqual(migrations.map(({ id }) => id).sort());
});
