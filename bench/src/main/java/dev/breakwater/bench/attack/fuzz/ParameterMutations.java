/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import dev.breakwater.bench.attack.wire.Request;
import java.util.List;

/** Parameters that are unknown, there twice, of another type or too long. */
final class ParameterMutations {

    private final Contract.Operation operation;
    private final Request sound;
    private final Collected collected;

    ParameterMutations(Contract.Operation operation, Request sound) {
        this.operation = operation;
        this.sound = sound;
        this.collected = new Collected(operation);
    }

    List<Attempt> all() {
        query("unknown parameter", "surprise=1");
        query("unknown parameter without a value", "debug");
        query("parameter that names an organization", "organizationId=1");
        query("parameter in an encoding that is none", "a=%zz");
        query("parameter of 6 kB", "a=" + "a".repeat(6_000));
        for (Contract.Parameter parameter : operation.in("query")) {
            of(parameter);
        }
        for (Contract.Parameter parameter : operation.in("header")) {
            header(parameter);
        }
        return collected.all();
    }

    private void of(Contract.Parameter parameter) {
        String name = parameter.name();
        String good =
                parameter.schema().has("enum")
                        ? parameter.schema().path("enum").path(0).asString()
                        : parameter.schema().path("type").asString().equals("integer")
                                ? "1"
                                : Samples.text(parameter.schema());
        query("parameter twice", name + "=" + good + "&" + name + "=" + good);
        query("parameter of another type", name + "=%27%22%3C");
        query("parameter as a list", name + "%5B%5D=" + good);
        query("parameter that is empty", name + "=");
        query("parameter too long", name + "=" + "9".repeat(200));
        query("parameter with SQL", name + "=1%27%20OR%20%271%27=%271");
        query("parameter with the end of a text", name + "=" + good + "%00");
        if (parameter.schema().path("type").asString().equals("integer")) {
            query("number below its least", name + "=-1");
            query("number with a sign", name + "=%2B1");
            query("number with an exponent", name + "=1e1");
            query("number beyond 64 bits", name + "=99999999999999999999");
        }
    }

    private void header(Contract.Parameter parameter) {
        Request without = sound.without(parameter.name());
        String name = parameter.name() + ": ";
        collected.refused("header of another form", without.with(name + "'; DROP TABLE x"));
        collected.refused("header too long", without.with(name + "a".repeat(500)));
        collected.refused("header that is empty", without.with(name));
        collected.refused("header twice", without.with(name + "\"1\"").with(name + "\"2\""));
    }

    private void query(String kind, String query) {
        collected.refused(kind, sound.at(sound.target() + "?" + query));
    }
}
