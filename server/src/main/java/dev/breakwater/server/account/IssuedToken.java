/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

/** A fresh token beside its secret, which is to be shown to its owner and then forgotten. */
public record IssuedToken(ApiToken token, BearerToken secret) {}
