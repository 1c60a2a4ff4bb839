/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The document in force. Each method is one gate a request passes, in the order in which they stand
 * here; each either answers or throws a {@link ContractViolation} that names what does not fit.
 * Thread-safe.
 */
public final class Contract {

    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final Routes routes;
    private final Schemas schemas;
    private final StrictJson json;
    private final Set<String> headersDefined = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> actionsElsewhere;
    private final byte[] yaml;
    private final byte[] documentAsJson;

    private Contract(byte[] yaml, DocumentReader reader, int jsonDepthMax) {
        String documentAsJson = reader.asJson();
        List<Operation> all = reader.operations();
        this.yaml = yaml;
        this.actionsElsewhere = reader.actionsElsewhere();
        this.documentAsJson = documentAsJson.getBytes(StandardCharsets.UTF_8);
        this.routes = new Routes(all);
        this.schemas = new Schemas(documentAsJson);
        this.json = new StrictJson(jsonDepthMax);
        for (Operation operation : all) {
            operations.put(operation.id(), operation);
            operation.parameters().stream()
                    .filter(parameter -> parameter.place() == Fault.Place.HEADER)
                    .forEach(parameter -> headersDefined.add(parameter.name()));
        }
    }

    /**
     * Reads a document.
     *
     * @param yaml OpenAPI 3.1, in UTF-8
     * @throws ContractBroken if it is not sound; the text lists every defect
     */
    public static Contract read(byte[] yaml, int jsonDepthMax) {
        DocumentReader reader = DocumentReader.of(yaml);
        return new Contract(yaml.clone(), reader, jsonDepthMax);
    }

    /** All operations, in the order of the document. */
    public List<Operation> operations() {
        return List.copyOf(operations.values());
    }

    /** The audit actions that something else than an operation's success leaves in the log. */
    public Set<String> actionsElsewhere() {
        return actionsElsewhere;
    }

    /** The document as it was written. */
    public byte[] asYaml() {
        return yaml.clone();
    }

    /** The document as JSON. */
    public byte[] asJson() {
        return documentAsJson.clone();
    }

    /** Finds the operation. HEAD finds GET (RFC 9110 section 9.3.2). */
    public Routing route(String method, String rawPath) throws ContractViolation {
        return routes.find(method, CanonicalPath.segments(rawPath));
    }

    /**
     * Checks parameters and headers.
     *
     * @param headers all values of each header; names in any case
     */
    public Values values(
            Routing.Found found, @Nullable String rawQuery, Map<String, List<String>> headers)
            throws ContractViolation {
        Operation operation = found.operation();
        Map<String, String> query = query(operation, rawQuery);
        Map<String, String> given = headersGiven(operation, headers);
        Map<String, JsonNode> values = new HashMap<>();
        for (Parameter parameter : operation.parameters()) {
            String text =
                    switch (parameter.place()) {
                        case PATH -> found.pathValues().get(parameter.name());
                        case QUERY -> query.remove(parameter.name());
                        case HEADER -> given.get(parameter.name().toLowerCase(Locale.ROOT));
                        case BODY -> throw new IllegalStateException("no parameter is in the body");
                    };
            if (text != null) {
                values.put(parameter.name(), value(parameter, text));
            } else if (parameter.required()) {
                throw refused(parameter, List.of(fault(parameter, "is missing")));
            }
        }
        if (!query.isEmpty() && !operation.hasForeignQuery()) {
            throw new ContractViolation(
                    ContractViolation.Kind.PARAMETER_REFUSED,
                    query.keySet().stream()
                            .sorted()
                            .map(
                                    name ->
                                            new Fault(
                                                    Fault.Place.QUERY,
                                                    name,
                                                    "is not a parameter of this operation"))
                            .toList());
        }
        return new Values(values);
    }

    private static Map<String, String> query(Operation operation, @Nullable String raw)
            throws ContractViolation {
        return operation.hasForeignQuery() ? QueryString.parseForeign(raw) : QueryString.parse(raw);
    }

    private Map<String, String> headersGiven(Operation operation, Map<String, List<String>> headers)
            throws ContractViolation {
        Map<String, String> given = new HashMap<>();
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            String name = header.getKey();
            if (!headersDefined.contains(name)) {
                continue;
            }
            if (!operation.takes(name)) {
                throw ContractViolation.header(name, "is not taken by this operation");
            }
            if (header.getValue().size() != 1) {
                throw ContractViolation.header(name, "must be given once");
            }
            given.put(name.toLowerCase(Locale.ROOT), header.getValue().getFirst());
        }
        return given;
    }

    private JsonNode value(Parameter parameter, String text) throws ContractViolation {
        JsonNode value = ParameterText.read(parameter, text);
        List<Fault> faults =
                schemas.faults(parameter.schema(), value, parameter.place(), parameter.name());
        if (!faults.isEmpty()) {
            throw refused(parameter, faults);
        }
        return value;
    }

    private static Fault fault(Parameter parameter, String text) {
        return new Fault(parameter.place(), parameter.name(), text);
    }

    private static ContractViolation refused(Parameter parameter, List<Fault> faults) {
        ContractViolation.Kind kind =
                parameter.place() == Fault.Place.HEADER
                        ? ContractViolation.Kind.HEADER_REFUSED
                        : ContractViolation.Kind.PARAMETER_REFUSED;
        return new ContractViolation(kind, faults);
    }

    /**
     * Checks what a body is said to be, before a byte of it is read.
     *
     * @param announced whether the request says that it has one
     */
    public void mediaType(Operation operation, boolean announced, Optional<String> contentType)
            throws ContractViolation {
        if (operation.body().isEmpty()) {
            if (announced) {
                throw ContractViolation.ofBody(
                        ContractViolation.Kind.BODY_NOT_TAKEN, "is not taken by this operation");
            }
            return;
        }
        Operation.RequestBody expected = operation.body().get();
        if (!announced && !expected.required()) {
            return;
        }
        String given = contentType.orElse("").toLowerCase(Locale.ROOT).replace(" ", "");
        boolean fits =
                given.equals(expected.mediaType())
                        || (expected.schema().isPresent()
                                && given.equals(expected.mediaType() + ";charset=utf-8"));
        if (!fits) {
            throw new ContractViolation(
                    ContractViolation.Kind.MEDIA_TYPE_REFUSED,
                    new Fault(
                            Fault.Place.HEADER, "Content-Type", "must be " + expected.mediaType()));
        }
    }

    /**
     * Reads and checks a body of JSON or of a form's fields; empty when the operation takes another
     * kind or none came.
     */
    public Optional<JsonNode> body(Operation operation, byte[] bytes) throws ContractViolation {
        Optional<String> schema = operation.body().flatMap(Operation.RequestBody::schema);
        if (schema.isEmpty() || (bytes.length == 0 && !operation.body().get().required())) {
            return Optional.empty();
        }
        JsonNode body =
                operation.body().get().mediaType().equals(FormText.MEDIA_TYPE)
                        ? FormText.read(bytes)
                        : json.read(bytes);
        List<Fault> faults = schemas.faults(schema.get(), body, Fault.Place.BODY, "");
        if (!faults.isEmpty()) {
            throw new ContractViolation(ContractViolation.Kind.BODY_REFUSED, faults);
        }
        return Optional.of(body);
    }

    /** Holds a reply against the document; empty when it fits. */
    public List<Fault> faultsOfReply(
            Operation operation, int status, Optional<String> mediaType, Optional<JsonNode> body) {
        Map<String, Optional<String>> declared = operation.replies().get(status);
        if (declared == null) {
            return List.of(new Fault(Fault.Place.HEADER, "status", status + " is not declared"));
        }
        if (mediaType.isEmpty()) {
            return declared.isEmpty()
                    ? List.of()
                    : List.of(new Fault(Fault.Place.BODY, "", "is missing"));
        }
        Optional<String> schema = declared.get(mediaType.get());
        if (schema == null) {
            return List.of(
                    new Fault(
                            Fault.Place.HEADER,
                            "Content-Type",
                            mediaType.get() + " is not declared for " + status));
        }
        if (schema.isEmpty() || body.isEmpty()) {
            return List.of();
        }
        return schemas.faults(schema.get(), body.get(), Fault.Place.BODY, "");
    }

    /** Holds an event of a reply that goes on against the document; empty when it fits. */
    public List<Fault> faultsOfEvent(Operation operation, String name, JsonNode data) {
        String schema = operation.events().get(name);
        return schema == null
                ? List.of(new Fault(Fault.Place.BODY, name, "is no event that is declared"))
                : schemas.faults(schema, data, Fault.Place.BODY, "");
    }

    /** Compiles every schema now; for tests, and for a start that prefers early to quick. */
    public void compileAll() {
        List<String> pointers = new ArrayList<>();
        for (Operation operation : operations.values()) {
            operation.parameters().forEach(parameter -> pointers.add(parameter.schema()));
            operation.body().flatMap(Operation.RequestBody::schema).ifPresent(pointers::add);
            pointers.addAll(operation.events().values());
            operation
                    .replies()
                    .values()
                    .forEach(types -> types.values().forEach(s -> s.ifPresent(pointers::add)));
        }
        pointers.stream().distinct().forEach(schemas::compile);
    }
}
