// Gets tokens of the provider and shows them to the daemon: oidc_long.sh.
import assert from "node:assert/strict";
import http2 from "node:http2";

const [issuer, ledger, operator] = process.argv.slice(2);
const found = await (await fetch(issuer + "/.well-known/openid-configuration")).json();
const basic = (name) => "Basic " + Buffer.from(`${encodeURIComponent(name)}:${encodeURIComponent("secret of " + name)}`).toString("base64");

const post = (url, name, form) => fetch(url, { method: "POST", headers: { authorization: basic(name) }, body: new URLSearchParams(form) });

async function token(resource, client = "robot") {
    const answer = await post(found.token_endpoint, client, { grant_type: "client_credentials", resource, scope: "read" });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()).access_token;
}

async function me(secret, want = 200) {
    const answer = await fetch(ledger + "/v1/me", { headers: { authorization: "Bearer " + secret } });
    const body = await answer.json();
    assert.equal(answer.status, want, JSON.stringify(body));
    return body;
}

// the organisation of the tokens has a ledger
const asked = await fetch(ledger + "/v1/ledgers", { method: "POST", headers: { authorization: "Bearer " + operator,
                                                    "content-type": "application/json" },
                                                    body: JSON.stringify({ name: "main", organisation: "acme" }) });
assert.equal(asked.status, 202);
const events = (await asked.json()).events;
assert((await (await fetch(ledger + events, { headers: { authorization: "Bearer " + operator } })).text()).includes('"valid"'));

// JWTs by the keys that discovery leads to
const ids = new Set();
for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
    const jwt = await token("urn:jwt:" + algorithm);
    const header = JSON.parse(Buffer.from(jwt.split(".")[0], "base64url"));
    assert.equal(header.alg, algorithm);
    assert.equal(header.typ, "at+jwt");
    const who = await me(jwt);
    assert.deepEqual([who.by, who.role, who.name, who.org, who.tier], ["token", "developer", "robot", "acme", "pro"]);
    assert(who.until > Date.now());
    ids.add(who.id);
    await me(jwt.slice(0, -10) + (jwt.at(-10) === "A" ? "B" : "A") + jwt.slice(-9), 401);
}
assert.equal(ids.size, 1);
for (const resource of ["urn:jwt:PS256", "urn:jwt:ES384", "urn:other"]) await me(await token(resource), 401);
await me(await token("urn:jwt:ES256", "idler"), 401); // no role

// an opaque token by introspection; for somebody else; revoked
const opaque = await token("urn:opaque");
assert(!opaque.includes("."));
assert.deepEqual([(await me(opaque)).by, (await me(opaque)).role, (await me(opaque)).org], ["token", "developer", "acme"]);
await me(await token("urn:other:opaque"), 401);
await me(opaque.slice(0, -1) + (opaque.at(-1) === "A" ? "B" : "A"), 401);
assert.equal((await post(found.revocation_endpoint, "robot", { token: opaque })).status, 200);
for (let tries = 0; ; tries++) {
    const answer = await fetch(ledger + "/v1/me", { headers: { authorization: "Bearer " + opaque } });
    await answer.arrayBuffer();
    if (answer.status === 401) break;
    assert(tries < 350, "it is still taken"); // 35 s
    await new Promise((resolve) => setTimeout(resolve, 100));
}

// HTTP/2: bodies of several streams wait while the provider is asked about each
const session = http2.connect(ledger);
const answers = await Promise.all([0, 1, 2, 3].map(async (number) => {
    const stream = session.request({ ":method": "PUT", ":path": "/v1/datasets/people", "content-type": "text/csv",
                                     authorization: "Bearer " + (await token("urn:opaque")) });
    const rows = number * 20000;
    stream.end("age,city\n" + "31,Bern\n".repeat(rows) + "1,2,3\n"); // its last line is bad: so it was read to its end
    let status = 0, text = "";
    stream.on("response", (headers) => (status = headers[":status"]));
    for await (const part of stream) text += part;
    assert.equal(status, 202, text);
    return [JSON.parse(text).events, rows + 2];
}));
session.close();
const owner = await token("urn:opaque"); // a client without a user: another one than the JWT's subject
for (const [events, line] of answers) {
    const text = await (await fetch(ledger + events, { headers: { authorization: "Bearer " + owner } })).text();
    assert(text.includes(`line ${line}`), text);
}
console.log("oidc: all held");
