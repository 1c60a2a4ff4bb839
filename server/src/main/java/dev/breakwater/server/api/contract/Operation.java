/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One operation of the document. */
public final class Operation {

    /** The word in {@code x-permission} for operations that need no token. */
    public static final String PUBLIC = "public";

    private final String id;
    private final String method;
    private final String path;
    private final String permission;
    private final int cost;
    private final boolean stepUp;
    private final boolean forDeviceOwners;
    private final boolean foreignQuery;
    private final boolean onlyReads;
    private final Optional<String> bodyLimit;
    private final Set<String> auditActions;
    private final List<Parameter> parameters;
    private final Optional<RequestBody> body;
    private final Map<Integer, Map<String, Optional<String>>> replies;
    private final Map<String, String> events;

    Operation(
            Identity identity,
            Duties duties,
            List<Parameter> parameters,
            Optional<RequestBody> body,
            Map<Integer, Map<String, Optional<String>>> replies,
            Map<String, String> events) {
        this.id = identity.id();
        this.method = identity.method();
        this.path = identity.path();
        this.permission = duties.permission();
        this.cost = duties.cost();
        this.stepUp = duties.stepUp();
        this.forDeviceOwners = duties.forDeviceOwners();
        this.foreignQuery = duties.foreignQuery();
        this.onlyReads = duties.onlyReads();
        this.bodyLimit = duties.bodyLimit();
        this.auditActions = duties.auditActions();
        this.parameters = List.copyOf(parameters);
        this.body = body;
        this.replies = Map.copyOf(replies);
        this.events = Map.copyOf(events);
    }

    /** What names an operation. */
    record Identity(String id, String method, String path) {}

    /** What the document says beside the shape: who may call it, what it costs, what it leaves. */
    record Duties(
            String permission,
            int cost,
            boolean stepUp,
            boolean forDeviceOwners,
            boolean foreignQuery,
            boolean onlyReads,
            Optional<String> bodyLimit,
            Set<String> auditActions) {

        /** Copies the actions. */
        Duties {
            auditActions = Collections.unmodifiableSet(new TreeSet<>(auditActions));
        }
    }

    /**
     * What a request carries.
     *
     * @param mediaType the only one taken
     * @param schema a JSON pointer to its schema; empty for bodies that are not JSON
     * @param required whether a request without one is refused
     */
    record RequestBody(String mediaType, Optional<String> schema, boolean required) {}

    /** The name that ties it to its handler. */
    public String id() {
        return id;
    }

    /** The HTTP method in capitals. */
    public String method() {
        return method;
    }

    /**
     * Whether it only reads (RFC 9110 section 9.2.1): a GET, or a question to anybody that is put
     * by POST so that it stands in no URL. Nothing is gained by having somebody else make one.
     */
    public boolean isSafe() {
        return method.equals("GET") || onlyReads;
    }

    /** Whether a person needs a second factor that was proven a short while ago. */
    public boolean needsStepUp() {
        return stepUp;
    }

    /** Whether device owners may call it, for what is theirs. */
    public boolean isForDeviceOwners() {
        return forDeviceOwners;
    }

    /**
     * Whether somebody else's server writes its query: as a form does, and with parameters that are
     * not in the document and are ignored.
     */
    public boolean hasForeignQuery() {
        return foreignQuery;
    }

    /** The path with its parameters in braces. */
    public String path() {
        return path;
    }

    /** The permission a caller needs, or {@link #PUBLIC}. */
    public String permission() {
        return permission;
    }

    /** How much of each budget a request takes; 1 for a read of one thing. */
    public int cost() {
        return cost;
    }

    /** The actions it may leave in the audit log when it succeeds, in order; empty for none. */
    public Set<String> auditActions() {
        return auditActions;
    }

    /** The key of the limit for its body; empty for the one that all have. */
    public Optional<String> bodyLimit() {
        return bodyLimit;
    }

    /** Whether it takes a body. */
    public boolean takesBody() {
        return body.isPresent();
    }

    /** Whether it takes a parameter or header of this name. */
    public boolean takes(String parameter) {
        return parameters.stream().anyMatch(taken -> taken.name().equalsIgnoreCase(parameter));
    }

    /** The names of the parameters in its path. */
    public List<String> pathParameters() {
        return parameters.stream()
                .filter(parameter -> parameter.place() == Fault.Place.PATH)
                .map(Parameter::name)
                .toList();
    }

    List<Parameter> parameters() {
        return parameters;
    }

    Optional<RequestBody> body() {
        return body;
    }

    /** By status, then by media type, the pointer to the schema; no media type for no content. */
    Map<Integer, Map<String, Optional<String>>> replies() {
        return replies;
    }

    /** By name, the pointer to the schema of an event's data; none where replies do not go on. */
    Map<String, String> events() {
        return events;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
