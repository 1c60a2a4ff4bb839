/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

/** What happens when the server itself breaks the contract. */
public enum ResponseChecking {
    /** The reply becomes a 500: in tests, so that nobody overlooks it. */
    FAIL,
    /** The reply goes out; a log line and a metric tell: in production. */
    REPORT
}
