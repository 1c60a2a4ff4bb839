/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

/**
 * A parameter that an operation takes.
 *
 * @param name as written in the request; headers are compared without regard to case
 * @param place path, query or header
 * @param required whether a request without it is refused
 * @param type the JSON type its text is read as
 * @param schema where its schema stands in the document, as a JSON pointer
 */
record Parameter(String name, Fault.Place place, boolean required, Type type, String schema) {

    enum Type {
        STRING,
        INTEGER,
        BOOLEAN
    }
}
