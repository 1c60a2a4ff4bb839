/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the operation of a path and method. A fixed word wins over a parameter in its place. */
final class Routes {

    private final Node root = new Node();

    Routes(List<Operation> operations) {
        for (Operation operation : operations) {
            Node node = root;
            for (String segment : operation.path().substring(1).split("/", -1)) {
                node = segment.startsWith("{") ? node.variable() : node.fixed(segment);
            }
            node.operations.put(operation.method(), operation);
        }
    }

    Routing find(String method, List<String> segments) {
        List<String> variables = new ArrayList<>();
        Node node = root;
        for (String segment : segments) {
            Node next = node.fixed.get(segment);
            if (next == null) {
                next = node.variable;
                variables.add(segment);
            }
            if (next == null) {
                return new Routing.NoSuchPath();
            }
            node = next;
        }
        if (node.operations.isEmpty()) {
            return new Routing.NoSuchPath();
        }
        Operation operation = node.operations.get(method.equals("HEAD") ? "GET" : method);
        if (operation == null) {
            return new Routing.MethodNotOffered(offered(node.operations.keySet()));
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> names = operation.pathParameters();
        for (int i = 0; i < names.size(); i++) {
            values.put(names.get(i), variables.get(i));
        }
        return new Routing.Found(operation, values);
    }

    private static Set<String> offered(Set<String> methods) {
        Set<String> offered = new TreeSet<>(methods);
        if (offered.contains("GET")) {
            offered.add("HEAD");
        }
        return offered;
    }

    private static final class Node {
        final Map<String, Node> fixed = new HashMap<>();
        final Map<String, Operation> operations = new HashMap<>();
        @Nullable Node variable;

        Node fixed(String segment) {
            return fixed.computeIfAbsent(segment, unseen -> new Node());
        }

        Node variable() {
            if (variable == null) {
                variable = new Node();
            }
            return variable;
        }
    }
}
