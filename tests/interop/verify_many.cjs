// verify_many.cjs SNARKJS: for each folder named on a line of standard input, "FOLDER accepted" or "FOLDER refused".
const fs = require("fs");
const { groth16 } = require(`${process.argv[2]}/node_modules/snarkjs`);

async function judge(folder) {
    const [key, input, proof] = ["verification_key", "public", "proof"].map(
        name => JSON.parse(fs.readFileSync(`${folder}/${name}.json`)));
    return await groth16.verify(key, input, proof) ? "accepted" : "refused";
}

(async () => {
    for (const folder of fs.readFileSync(0, "utf8").trim().split("\n"))
        console.log(folder, await judge(folder));
    process.exit(0); // its worker threads would keep us alive
})();
