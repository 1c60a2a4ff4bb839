/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.contract.ContractBroken;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.api.contract.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which code answers which operation. */
final class Handlers {

    private final Map<String, Answering> byOperation = new LinkedHashMap<>();

    /** Code that answers an operation. */
    sealed interface Answering {

        /** It needs no token. */
        record ForAnybody(PublicHandler handler) implements Answering {}

        /** It needs a caller with this permission. */
        record ForCaller(Permission permission, CallerHandler handler) implements Answering {}
    }

    /** Answers anybody. */
    interface PublicHandler {
        Reply answer(Call call) throws ContractViolation;
    }

    /** Answers a caller; cannot be called without the proof that there is one. */
    interface CallerHandler {
        Reply answer(AuthenticatedCaller caller, Call call) throws ContractViolation;
    }

    Handlers open(String operationId, PublicHandler handler) {
        return put(operationId, new Answering.ForAnybody(handler));
    }

    /**
     * The permission stands here and in the document: who changes what a call may do has to say so
     * twice.
     */
    Handlers on(String operationId, Permission permission, CallerHandler handler) {
        return put(operationId, new Answering.ForCaller(permission, handler));
    }

    private Handlers put(String operationId, Answering answering) {
        if (byOperation.put(operationId, answering) != null) {
            throw new ContractBroken(List.of("the code answers " + operationId + " twice"));
        }
        return this;
    }

    Answering of(Operation operation) {
        return Optional.ofNullable(byOperation.get(operation.id())).orElseThrow();
    }

    /**
     * Holds code and document against each other.
     *
     * @throws ContractBroken listing every difference
     */
    void require(Contract contract) {
        List<String> differences = new ArrayList<>();
        Map<String, Operation> documented = new LinkedHashMap<>();
        contract.operations().forEach(operation -> documented.put(operation.id(), operation));
        for (Operation operation : documented.values()) {
            Answering answering = byOperation.get(operation.id());
            if (answering == null) {
                differences.add(operation + " (" + operation.id() + ") has no code");
                continue;
            }
            String inCode =
                    switch (answering) {
                        case Answering.ForAnybody ignored -> Operation.PUBLIC;
                        case Answering.ForCaller(Permission permission, _) -> permission.code();
                    };
            if (!inCode.equals(operation.permission())) {
                differences.add(
                        "%s needs %s by the document and %s by the code"
                                .formatted(operation, operation.permission(), inCode));
            }
        }
        byOperation.keySet().stream()
                .filter(id -> !documented.containsKey(id))
                .forEach(id -> differences.add("the code answers " + id + ", which is not in it"));
        Arrays.stream(Permission.values())
                .filter(
                        permission ->
                                documented.values().stream()
                                        .noneMatch(o -> o.permission().equals(permission.code())))
                .forEach(permission -> differences.add("no operation needs " + permission.code()));
        if (!differences.isEmpty()) {
            throw new ContractBroken(differences);
        }
    }
}
