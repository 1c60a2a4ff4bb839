/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

/** What the authenticator needs to judge a token, read in one look-up. */
public record TokenRecord(ApiToken token, SecretDigest digest, boolean organizationEnabled) {}
