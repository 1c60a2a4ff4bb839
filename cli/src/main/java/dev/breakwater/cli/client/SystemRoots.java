/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

/**
 * Whatever authorities the Java runtime trusts: for a server whose API has a publicly trusted
 * certificate ({@code api.certificate-file}). Any of them can vouch for any name; a fingerprint
 * trusts one root of one server.
 */
public record SystemRoots() implements Trust {

    /** How it is written. */
    static final String WORD = "system";

    @Override
    public String toString() {
        return WORD;
    }
}
