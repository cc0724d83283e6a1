// A real provider of OpenID Connect (npm's oidc-provider) for web_long.sh: it asks nobody, whoever comes is "alice", or whom
// the file WHO names.   node provider.mjs FOLDER WHO SERVICE-URL
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.argv[2] + "/node_modules/");
const { Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));
const { exportJWK, generateKeyPair } = await import(pathToFileURL(require.resolve("jose")));
const who = () => readFileSync(process.argv[3], "utf8").trim();

const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const server = createServer((request, answer) => handle(request, answer));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
    clients: [{
        client_id: "led ger", client_secret: "a secret/1", grant_types: ["authorization_code"], response_types: ["code"],
        redirect_uris: [process.argv[4] + "/login/return"], token_endpoint_auth_method: "client_secret_basic", id_token_signed_response_alg: "ES256",
    }],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: "1" }] },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
    pkce: { required: () => true },
    conformIdTokenClaims: false, // roles stand in the token itself
    claims: { openid: ["sub", "roles", "org_id"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (ctx, interaction) => "/as/" + interaction.uid },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, org_id: "acme", roles: id === "alice" ? ["staff"] : [] }) }),
    loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope("openid");
        await grant.save();
        return grant;
    },
});
const callback = provider.callback();
const handle = async (request, answer) => {
    if (!request.url.startsWith("/as/")) return callback(request, answer);
    const name = who();
    if (name === "nobody") return provider.interactionFinished(request, answer, { error: "access_denied" });
    return provider.interactionFinished(request, answer, { login: { accountId: name, remember: false } });
};
console.log(issuer);
process.stdin.on("data", () => {}).on("end", () => process.exit(0)); // it ends with the test
