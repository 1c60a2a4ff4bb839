/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import java.util.List;

/**
 * What an authenticator is asked.
 *
 * @param challenge names the question; its answer names it too
 * @param party whom the key is for
 * @param bytes what it signs
 * @param credentialIds the keys the member has, base64url; empty when nobody is known yet
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PasskeyQuestion(
        String challenge, RelyingParty party, byte[] bytes, List<String> credentialIds) {

    @Override
    public String toString() {
        return "question to the passkeys of " + party.id();
    }
}
