/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

/**
 * What a listener says when a request fails before, beside or below its own code: a malformed head,
 * a full server, a defect. It is told the status and nothing else, so it cannot leak.
 */
public interface ErrorText {

    /** The media type of all its texts, e.g. {@code text/plain}. */
    String contentType();

    /** The body for a status. */
    String body(int status);
}
