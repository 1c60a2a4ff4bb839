/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import dev.breakwater.bench.attack.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that can be wrong with a request, for each operation of a contract. */
public final class Mutations {

    private final Contract contract;
    private final Map<String, String> objects;
    private final String token;

    /**
     * Mutations of requests that would otherwise be fine.
     *
     * @param objects ids of things that are there, by the contract's names
     * @param token of somebody who may do everything
     */
    public Mutations(Contract contract, Map<String, String> objects, String token) {
        this.contract = contract;
        this.objects = Map.copyOf(objects);
        this.token = token;
    }

    /** All of them, each once. */
    public List<Attempt> all() {
        List<Attempt> attempts = new ArrayList<>();
        for (Contract.Operation operation : contract.operations()) {
            attempts.addAll(of(operation));
        }
        return attempts;
    }

    /** Those of one operation. */
    public List<Attempt> of(Contract.Operation operation) {
        Request sound = contract.sound(operation, objects, token);
        List<Attempt> attempts = new ArrayList<>();
        attempts.addAll(new PathMutations(operation, sound).all());
        attempts.addAll(new ParameterMutations(operation, sound).all());
        attempts.addAll(new HeaderMutations(operation, sound).all());
        attempts.addAll(new BodyMutations(contract, operation, sound).all());
        attempts.addAll(new MediaMutations(operation, sound).all());
        return attempts;
    }
}
