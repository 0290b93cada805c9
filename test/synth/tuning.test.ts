import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byService, explainSettings, tuningReference } from '@nautilus/operations/tune';
import { tuningText } from '../../cli/output/tuning';
import { profiles, synthesis } from './support/synthesis';

const page = join(__dirname, '..', '..', 'docs', 'reference', 'tuning.md');
const servers = ['postgres', 'redis', 'nginx', 'prometheus', 'grafana'];

describe.each(profiles)('profile %s', (name) => {
  const { manifest, profile } = synthesis(name);
  const settings = explainSettings(manifest);

  test('every setting of every service has a value, a reason and a source', () => {
    for (const { setting, value, reason, source, requirement, service } of settings) {
      expect([service, setting, typeof value]).toEqual([service, setting, 'string']);
      expect(`${service} ${setting}: ${reason}`).toMatch(/: \S.{10,}/s);
      expect(`${service} ${setting}: ${source}`).toMatch(/: \S.{2,}/s);
      if (requirement) expect(`${service} ${setting}: ${requirement.why}`).toMatch(/: \S.{10,}/s);
    }
  });

  test('every service is explained, each server by settings of its own', () => {
    expect(new Set(settings.map(({ service }) => service))).toEqual(new Set(Object.keys(profile.services)));
    const own = byService(settings).services;
    for (const server of servers)
      expect([server, (own.find(({ service }) => service === server)?.settings.length ?? 0) >= 5]).toEqual([
        server,
        true,
      ]);
  });

  test('no setting of a server is there twice', () => {
    const names = settings.map(({ service, subject, setting }) => `${service} ${subject} ${setting}`);
    expect(names.filter((setting, index) => names.indexOf(setting) !== index)).toEqual([]);
  });
});

describe('tune explain', () => {
  const { manifest } = synthesis('m4-max-128gb');

  test('one service alone, and none that there is not', () => {
    expect(new Set(explainSettings(manifest, { service: 'redis' }).map(({ service }) => service))).toEqual(
      new Set(['redis']),
    );
    expect(() => explainSettings(manifest, { service: 'reddis' })).toThrow(
      expect.objectContaining({ code: 'NAUT_SERVICE_UNKNOWN' }),
    );
  });

  test("values are in the server's own words", () => {
    const value = (service: string, name: string) =>
      explainSettings(manifest, { service }).find(({ setting }) => setting === name)?.value;
    expect(value('postgres', 'shared_buffers')).toBe('4GB');
    expect(value('redis', 'maxmemory')).toMatch(/^\d+mb$|^\d+gb$/);
    expect(value('oms', 'max-old-space-size')).toBe('6144');
  });

  test('what the requirements ask for is told where it is something else', () => {
    const text = tuningText(explainSettings(manifest, { service: 'frontend' }), 100);
    expect(text).toMatch(/max-old-space-size = \d+\n(.*\n)*? +asked for: 8192;/);
  });

  test('the text keeps to the width of the terminal, but for a value that is longer by itself', () => {
    for (const width of [60, 100])
      for (const line of tuningText(explainSettings(manifest), width).split('\n'))
        expect(line.length <= width || /^ {2}\S.* = /.test(line) || !line.trim().includes(' ')).toBe(true);
  });

  test('docs/reference/tuning.md is what `nautilus tune reference` prints', () => {
    expect(readFileSync(page, 'utf8')).toBe(tuningReference(manifest));
  });
});
