// same_sections.cjs A B TYPE...: the iden3 files A and B hold the same bytes in the sections of those types.
const fs = require("fs");
const [a, b, ...types] = process.argv.slice(2);

function sections(path) {
    const bytes = fs.readFileSync(path), found = {};
    for (let at = 12; at < bytes.length;) {
        const size = Number(bytes.readBigUInt64LE(at + 4));
        found[bytes.readUInt32LE(at)] = bytes.subarray(at + 12, at + 12 + size);
        at += 12 + size;
    }
    return found;
}

const [in_a, in_b] = [a, b].map(sections);
for (const type of types)
    if (!in_a[type] || !in_b[type] || !in_a[type].equals(in_b[type])) {
        console.error(`section ${type} differs`);
        process.exit(1);
    }
