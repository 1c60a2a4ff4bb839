/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
// A provider of somebody else's making, which takes any name and password. Prints its port once it listens.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import Provider from 'oidc-provider';

const [redirect, secret] = process.argv.slice(2);
const server = https.createServer({ key: readFileSync('server.key'), cert: readFileSync('server.pem') });
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const shared = { redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'] };
  const provider = new Provider(`https://localhost:${port}`, {
    clients: [
      { client_id: 'confidential', client_secret: secret, ...shared },
      { client_id: 'public', token_endpoint_auth_method: 'none', ...shared },
    ],
    cookies: { keys: ['of a test'] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
  });
  server.on('request', provider.callback());
  console.log(port);
});
