/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import dev.breakwater.bench.attack.fuzz.Attempt.Expected;
import dev.breakwater.bench.attack.wire.Request;
import java.util.ArrayList;
import java.util.List;

/** Attempts on one operation, as they are thought of. */
final class Collected {

    private final Contract.Operation operation;
    private final List<Attempt> attempts = new ArrayList<>();

    Collected(Contract.Operation operation) {
        this.operation = operation;
    }

    /** One that must be refused. */
    void refused(String kind, Request request) {
        add(kind, request, Expected.REFUSED);
    }

    /** One that may be fine. */
    void harmless(String kind, Request request) {
        add(kind, request, Expected.HARMLESS);
    }

    void add(String kind, Request request, Expected expected) {
        attempts.add(new Attempt(kind, operation.id(), request, expected));
    }

    List<Attempt> all() {
        return List.copyOf(attempts);
    }
}
