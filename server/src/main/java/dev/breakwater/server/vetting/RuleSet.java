/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

/**
 * By which rules something was scanned.
 *
 * @param version how often the organization had changed its own rules; 0 if never
 * @param sha256 of the built-in rules and its own together, in lower-case hexadecimal: another one
 *     after a change of either
 */
public record RuleSet(long version, String sha256) {}
