/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

/**
 * What a look-up in the registry has found.
 *
 * @param version of the registry, read before the look-up
 * @param atMillis when, since 1970
 */
record Reading(CredentialRecord record, long version, long atMillis) {}
