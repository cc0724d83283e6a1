// A real provider of OpenID Connect on a port of its own: oidc_long.sh. Which resource a token is asked for says its form.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.argv[2] + "/node_modules/");
const { Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));
const { exportJWK, generateKeyPair } = await import(pathToFileURL(require.resolve("jose")));

const keys = [];
for (const alg of ["RS256", "ES256", "EdDSA", "PS256", "ES384"]) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    keys.push({ ...(await exportJWK(privateKey)), alg, use: "sig", kid: alg });
}
const server = createServer((request, answer) => handle(request, answer));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const machine = (client_id, more) => ({
    client_id, client_secret: `secret of ${client_id}`, grant_types: ["client_credentials"], redirect_uris: [], response_types: [],
    token_endpoint_auth_method: "client_secret_basic", ...more,
});
const forms = {}; // "urn:jwt:RS256" and so on; "urn:opaque"; "urn:other": for somebody else
for (const { alg } of keys)
    forms["urn:jwt:" + alg] = { audience: "ledger", accessTokenFormat: "jwt", jwt: { sign: { alg } } };
forms["urn:opaque"] = { audience: "ledger", accessTokenFormat: "opaque" };
forms["urn:other"] = { audience: "somebody", accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } };
forms["urn:other:opaque"] = { audience: "somebody", accessTokenFormat: "opaque" };

const provider = new Provider(issuer, {
    clients: [machine("robot"), machine("idler"), machine("led ger/1")],
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "EdDSA", "PS256", "ES384"] },
    features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        introspection: { enabled: true, allowedPolicy: (ctx, client) => client.clientId === "led ger/1" },
        revocation: { enabled: true, allowedPolicy: () => true },
        resourceIndicators: {
            enabled: true,
            getResourceServerInfo: (ctx, resource) => ({ scope: "read", accessTokenTTL: 600, ...forms[resource] }),
        },
    },
    extraTokenClaims: (ctx, token) => ({ org_id: "acme", tier: "pro", roles: token.clientId === "robot" ? ["staff"] : [] }),
});
const callback = provider.callback();
const handle = (request, answer) => callback(request, answer);
console.log(issuer);
process.stdin.on("data", () => {}).on("end", () => process.exit(0)); // it ends with the test
