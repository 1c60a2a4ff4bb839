/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.util.Map;
import java.util.Set;

/** Where a request belongs. */
public sealed interface Routing {

    /** To this operation, with these values in its path, not yet checked. */
    record Found(Operation operation, Map<String, String> pathValues) implements Routing {}

    /** Nowhere. */
    record NoSuchPath() implements Routing {}

    /** The path exists, the method on it does not. */
    record MethodNotOffered(Set<String> offered) implements Routing {}
}
