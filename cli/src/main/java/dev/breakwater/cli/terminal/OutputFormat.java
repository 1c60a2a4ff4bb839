/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

/** The two forms a result comes in. */
public enum OutputFormat {
    /** For people: aligned columns. */
    TABLE,
    /** For scripts: the representation of the API, to the letter. */
    JSON
}
