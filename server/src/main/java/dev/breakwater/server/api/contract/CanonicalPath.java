/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.util.List;

/**
 * Splits a request's path, which must already be in its one canonical form. Nothing is decoded or
 * normalized: no name in the contract needs a percent sign, so {@code %2e}, {@code %2f}, double
 * encoding, overlong UTF-8 and {@code ;jsessionid=} have no way to mean something else further
 * down.
 */
final class CanonicalPath {

    private static final int CHARACTERS_MAX = 512;

    private CanonicalPath() {}

    /** The segments, or a refusal. */
    static List<String> segments(String rawPath) throws ContractViolation {
        if (rawPath.length() > CHARACTERS_MAX) {
            throw refused("is longer than " + CHARACTERS_MAX + " characters");
        }
        if (!rawPath.startsWith("/")) {
            throw refused("must begin with a slash");
        }
        for (int i = 0; i < rawPath.length(); i++) {
            if (!allowed(rawPath.charAt(i))) {
                throw refused(
                        "may hold letters, digits and / - . _ : only; nothing in it needs encoding");
            }
        }
        if (rawPath.length() == 1) {
            return List.of();
        }
        List<String> segments = List.of(rawPath.substring(1).split("/", -1));
        for (String segment : segments) {
            if (segment.isEmpty()) {
                throw refused("has an empty segment; remove the doubled or trailing slash");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw refused("has a segment of dots only");
            }
        }
        return segments;
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '/'
                || c == '-'
                || c == '.'
                || c == '_'
                || c == ':';
    }

    private static ContractViolation refused(String text) {
        return new ContractViolation(
                ContractViolation.Kind.PATH_NOT_CANONICAL,
                new Fault(Fault.Place.PATH, "path", text));
    }
}
