/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

/**
 * A WebAuthn credential as it is kept.
 *
 * @param credentialId base64url, without padding
 * @param attestedCredential the attested credential data (WebAuthn Level 3 section 6.5.1), which
 *     holds the public key
 * @param signCount the authenticator's counter; 0 from those that have none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Passkey(String credentialId, byte[] attestedCredential, long signCount) {}
