/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import java.util.Optional;

/**
 * A private key.
 *
 * @param rule the id of what it is found as
 * @param description the form, for people
 * @param from where it begins in what was read
 * @param to behind its last byte, as far as it was read
 * @param publicKey SHA-256 of the public half's SubjectPublicKeyInfo, if it can be derived, in hex
 */
public record FoundKey(
        String rule, String description, int from, int to, Optional<String> publicKey) {}
