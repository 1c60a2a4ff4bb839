/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.wire;

/** Which way bytes go. */
public enum Way {
    /** From whoever connected. */
    TO_SERVER,

    /** To whoever connected. */
    TO_CLIENT
}
