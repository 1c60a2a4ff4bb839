/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

/** Whom a listener serves, and so who gives way when there is too much to do. */
public enum Audience {
    /** They come with a certificate or a code, and what they need cannot wait long. */
    DEVICES,
    /**
     * People and apps: new requests are refused as soon as those before them wait too long, and
     * their readings leave room for everybody else's.
     */
    PEOPLE
}
