/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.contract.ContractBroken;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.limits.Limit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which code answers which operation. */
final class Handlers {

    private final Map<String, Answering> byOperation = new LinkedHashMap<>();

    /** Code that answers an operation. */
    sealed interface Answering {

        /** What it may leave in the audit log when it succeeds. */
        Set<AuditAction> leaves();

        /** It needs no token. */
        record ForAnybody(PublicHandler handler, Set<AuditAction> leaves) implements Answering {
            /** Copies the actions. */
            public ForAnybody {
                leaves = Set.copyOf(leaves);
            }
        }

        /** It needs a caller with this permission. */
        record ForCaller(Permission permission, CallerHandler handler, Set<AuditAction> leaves)
                implements Answering {
            /** Copies the actions. */
            public ForCaller {
                leaves = Set.copyOf(leaves);
            }
        }
    }

    /** Answers anybody. */
    interface PublicHandler {
        Reply answer(Call call) throws ContractViolation;
    }

    /** Answers a caller; cannot be called without the proof that there is one. */
    interface CallerHandler {
        Reply answer(AuthenticatedCaller caller, Call call) throws ContractViolation;
    }

    Handlers open(String operationId, PublicHandler handler, AuditAction... leaves) {
        return put(operationId, new Answering.ForAnybody(handler, Set.of(leaves)));
    }

    /**
     * The permission and what is left in the audit log stand here and in the document: who changes
     * what a call may do, or what it tells of itself, has to say so twice.
     */
    Handlers on(
            String operationId,
            Permission permission,
            CallerHandler handler,
            AuditAction... leaves) {
        return put(operationId, new Answering.ForCaller(permission, handler, Set.of(leaves)));
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
                        case Answering.ForCaller(Permission permission, _, _) -> permission.code();
                    };
            if (!inCode.equals(operation.permission())) {
                differences.add(
                        "%s needs %s by the document and %s by the code"
                                .formatted(operation, operation.permission(), inCode));
            }
            operation
                    .bodyLimit()
                    .filter(key -> Limit.of(key).isEmpty())
                    .ifPresent(key -> differences.add(operation + " has no limit " + key));
            Set<String> leaves = codes(answering.leaves());
            if (!leaves.equals(operation.auditActions())) {
                differences.add(
                        "%s leaves %s in the audit log by the document and %s by the code"
                                .formatted(operation, operation.auditActions(), leaves));
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
        differences.addAll(undeclared(contract));
        if (!differences.isEmpty()) {
            throw new ContractBroken(differences);
        }
    }

    /** Whatever can stand in the log, the document must say where it comes from. */
    private static List<String> undeclared(Contract contract) {
        Set<String> declared = new TreeSet<>(contract.actionsElsewhere());
        contract.operations().forEach(operation -> declared.addAll(operation.auditActions()));
        Set<String> known = codes(Set.of(AuditAction.values()));
        List<String> differences = new ArrayList<>();
        known.stream()
                .filter(action -> !declared.contains(action))
                .forEach(action -> differences.add("nothing is said to leave " + action));
        declared.stream()
                .filter(action -> !known.contains(action))
                .forEach(action -> differences.add("the code knows no audit action " + action));
        return differences;
    }

    private static Set<String> codes(Set<AuditAction> actions) {
        return actions.stream()
                .map(AuditAction::code)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
