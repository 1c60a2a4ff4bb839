/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
'use strict';

// Sends what people do on the pages of a log-in to this server, and the browser to where the server says.
(function () {
  const message = document.getElementById('message');

  async function post(path, body) {
    const headers = { 'Content-Type': 'application/json' };
    const csrf = document.cookie.split('; ').find((pair) => pair.startsWith('__Host-breakwater-csrf='));
    if (csrf) {
      headers['Breakwater-CSRF'] = csrf.slice(csrf.indexOf('=') + 1);
    }
    const answer = await fetch('/api/v1' + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const content = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) {
      throw new Error(content.title + ' ' + content.detail);
    }
    return { status: answer.status, content };
  }

  function proof(code) {
    return /^[0-9]{6}$/.test(code) ? { totp: code } : { recoveryCode: code };
  }

  async function leave(path, body) {
    const begun = await post(path, body);
    location.assign(begun.content.authorizationUrl);
  }

  async function prove(challenge, code) {
    await post('/sessions/second-factor', { challenge, proof: proof(code), asCookies: true });
  }

  async function link(email, password, code) {
    const session = await post('/sessions', { email, password, asCookies: true });
    if (session.status === 202) {
      await prove(session.content.question.challenge, code);
    }
    await leave('/me/oidc-links', { password });
  }

  function on(id, event, what) {
    const element = document.getElementById(id);
    if (element) {
      element.addEventListener(event, async (happened) => {
        happened.preventDefault();
        message.textContent = '';
        try {
          await what(element);
        } catch (failed) {
          message.textContent = failed.message;
        }
      });
    }
  }

  function value(id) {
    return document.getElementById(id).value.trim();
  }

  on('begin', 'click', () => leave('/oidc-log-ins', {}));
  on('link', 'submit', () => link(value('email'), document.getElementById('password').value, value('code')));
  on('prove', 'submit', async (form) => {
    await prove(form.dataset.challenge, value('code'));
    message.textContent = 'Logged in.';
    form.hidden = true;
  });
})();
