/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

/** Which versions of HTTP a listener speaks. */
public enum HttpVersions {
    /**
     * For devices: stock EST clients expect the literal status line of HTTP/1.1, and what does not
     * exist cannot be attacked (rapid reset, CONTINUATION floods).
     */
    HTTP_1_1,
    /** For browsers and apps. */
    HTTP_1_1_AND_2
}
