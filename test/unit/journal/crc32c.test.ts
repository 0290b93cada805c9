import { crc32c } from '../../../engines/core/journal/crc32c';

// RFC 3720, appendix B.4
test.each([
  ['32 bytes of zeros', Array(32).fill(0), 0x8a9136aa],
  ['32 bytes of ones', Array(32).fill(0xff), 0x62a8ab43],
  ['32 bytes counting up', Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['32 bytes counting down', Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
])('the checksum of %s is the published one', (_, bytes: number[], expected) => {
  const words = new Int32Array(Uint8Array.from(bytes).buffer);
  expect(crc32c(words, 0, 8) >>> 0).toBe(expected);
});

test('an odd number of words is checked as bit by bit', () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, i) => i * 37 + 5);
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  expect(crc32c(new Int32Array(bytes.buffer), 0, 5)).toBe(~crc);
});
