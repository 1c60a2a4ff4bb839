/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Turns the document into operations, and collects everything in it that is not sound. */
final class DocumentReader {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([a-zA-Z]+)}");
    private static final Pattern AUDIT_ACTION = Pattern.compile("[a-z-]{1,32}\\.[a-z-]{1,32}");
    private static final String NONE = "none";
    private static final String JSON = "application/json";
    private static final String EVENT_STREAM = "text/event-stream";
    private static final String SCHEMAS = "#/components/schemas/";

    private final JsonNode document;
    private final List<String> defects = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> auditElsewhere = new HashSet<>();

    private DocumentReader(JsonNode document) {
        this.document = document;
    }

    static DocumentReader of(byte[] yaml) {
        JsonNode document;
        try {
            document =
                    YAMLMapper.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build()
                            .readTree(yaml);
        } catch (JacksonException unreadable) {
            String why = unreadable.getOriginalMessage().replace('\n', ' ');
            throw new ContractBroken(List.of("the document is not readable YAML: " + why));
        }
        DocumentReader reader = new DocumentReader(document);
        reader.read();
        if (!reader.defects.isEmpty()) {
            throw new ContractBroken(reader.defects);
        }
        return reader;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    Set<String> actionsElsewhere() {
        return Set.copyOf(auditElsewhere);
    }

    String asJson() {
        return JsonMapper.shared().writeValueAsString(document);
    }

    private void read() {
        if (!document.path("openapi").asString("").startsWith("3.1.")) {
            defects.add("openapi is not 3.1.x");
        }
        new SchemaRules(document, defects).examine();
        auditElsewhere();
        Map<String, String> ids = new HashMap<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> item : path.getValue().properties()) {
                String at = item.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey();
                if (!METHODS.contains(item.getKey())) {
                    defects.add(at + " is no method of ours");
                    continue;
                }
                Operation operation = operation(path.getKey(), at, item.getValue());
                String before = ids.put(operation.id(), at);
                if (before != null) {
                    defects.add(at + " has the operationId of " + before);
                }
                operations.add(operation);
            }
        }
    }

    private Operation operation(String path, String at, JsonNode node) {
        String id = node.path("operationId").asString("");
        String permission = node.path("x-permission").asString("");
        int cost = node.path("x-cost").asInt(0);
        if (id.isEmpty()) {
            defects.add(at + " has no operationId");
        }
        if (permission.isEmpty()) {
            defects.add(at + " has no x-permission");
        }
        if (cost < 1 || cost > 100) {
            defects.add(at + " has no x-cost between 1 and 100");
        }
        boolean isPublic = permission.equals(Operation.PUBLIC);
        boolean declaredPublic = node.path("security").isArray() && node.path("security").isEmpty();
        if (isPublic != declaredPublic) {
            defects.add(
                    at + ": 'security: []' belongs to x-permission: public and to nothing else");
        }
        String method = at.substring(0, at.indexOf(' '));
        return new Operation(
                new Operation.Identity(id, method, path),
                new Operation.Duties(
                        permission,
                        cost,
                        flag(at, node, "x-step-up"),
                        flag(at, node, "x-device-owners"),
                        flag(at, node, "x-foreign-query"),
                        onlyReads(at, node, isPublic),
                        bodyLimit(at, node),
                        auditActions(at, node.path("x-audit"))),
                parameters(path, at, node.path("parameters")),
                requestBody(at, node.path("requestBody")),
                replies(at, node.path("responses"), isPublic),
                events(at, node));
    }

    /** What a stream of events consists of: names, and the schema of each one's data. */
    private Map<String, String> events(String at, JsonNode operation) {
        Map<String, String> events = new TreeMap<>();
        for (Map.Entry<String, JsonNode> event : operation.path("x-events").properties()) {
            String pointer = event.getValue().path("$ref").asString("");
            if (!pointer.startsWith(SCHEMAS)) {
                defects.add(at + ": the event " + event.getKey() + " must $ref a schema");
            } else {
                events.put(event.getKey(), pointer.substring(1));
            }
        }
        boolean streams = operation.path("responses").path("200").path("content").has(EVENT_STREAM);
        if (streams == events.isEmpty()) {
            defects.add(at + ": x-events belongs to " + EVENT_STREAM + " and to nothing else");
        }
        return events;
    }

    /** Where callers are known by a cookie, another site's page could make use of it. */
    private boolean onlyReads(String at, JsonNode node, boolean isPublic) {
        boolean onlyReads = flag(at, node, "x-only-reads");
        if (onlyReads && !isPublic) {
            defects.add(at + ": x-only-reads belongs to x-permission: public");
        }
        return onlyReads;
    }

    private boolean flag(String at, JsonNode operation, String name) {
        JsonNode node = operation.path(name);
        if (!node.isMissingNode() && !node.isBoolean()) {
            defects.add("%s has an %s that is neither true nor false".formatted(at, name));
        }
        return node.asBoolean(false);
    }

    /** More than usual is only read for whoever is known, and where nobody parses it as JSON. */
    private Optional<String> bodyLimit(String at, JsonNode node) {
        Optional<String> key = node.path("x-body-limit").asStringOpt();
        boolean takesBytes =
                node.path("requestBody").path("content").has("application/octet-stream");
        boolean isPublic = node.path("x-permission").asString("").equals(Operation.PUBLIC);
        if (node.has("x-body-limit") && (key.isEmpty() || !takesBytes || isPublic)) {
            defects.add(at + ": x-body-limit names the limit of a known caller's bytes");
        }
        return key;
    }

    private Set<String> auditActions(String at, JsonNode node) {
        Set<String> actions = new TreeSet<>();
        if (node.asString("").equals(NONE)) {
            return actions;
        }
        for (JsonNode action : node) {
            if (!AUDIT_ACTION.matcher(action.asString("")).matches()) {
                defects.add(at + " has an x-audit that names no action: " + action);
            } else if (!actions.add(action.stringValue())) {
                defects.add(at + " has the x-audit " + action.stringValue() + " twice");
            }
        }
        if (!node.isArray() || node.isEmpty()) {
            defects.add(at + " has no x-audit: a list of actions, or none");
        }
        return actions;
    }

    /** What the log holds beside what operations leave, and who leaves it. */
    private void auditElsewhere() {
        JsonNode elsewhere = document.path("x-audit-elsewhere");
        for (Map.Entry<String, JsonNode> entry : elsewhere.properties()) {
            if (!AUDIT_ACTION.matcher(entry.getKey()).matches()
                    || entry.getValue().asString("").isBlank()) {
                defects.add("x-audit-elsewhere does not say who leaves " + entry.getKey());
            }
            auditElsewhere.add(entry.getKey());
        }
    }

    private List<Parameter> parameters(String path, String at, JsonNode nodes) {
        List<Parameter> parameters = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode node : nodes) {
            String pointer = node.path("$ref").asString("");
            JsonNode target = SchemaRules.resolve(document, pointer);
            if (!pointer.startsWith("#/components/parameters/") || target.isMissingNode()) {
                defects.add(at + " has a parameter that is no $ref into components/parameters");
                continue;
            }
            parameter(at, pointer.substring(1), target).ifPresent(parameters::add);
        }
        parameters.removeIf(
                parameter -> {
                    boolean twice = !names.add(parameter.name());
                    if (twice) {
                        defects.add(at + " has the parameter " + parameter.name() + " twice");
                    }
                    return twice;
                });
        // In the order of the path, which is the order in which the router finds their values.
        List<String> inPath =
                PATH_PARAMETER.matcher(path).results().map(found -> found.group(1)).toList();
        List<Parameter> ordered = new ArrayList<>();
        for (String name : inPath) {
            Optional<Parameter> declared =
                    parameters.stream()
                            .filter(p -> p.place() == Fault.Place.PATH && p.name().equals(name))
                            .findFirst();
            declared.ifPresentOrElse(
                    ordered::add, () -> defects.add(at + " does not declare {" + name + "}"));
        }
        for (Parameter parameter : parameters) {
            if (parameter.place() != Fault.Place.PATH) {
                ordered.add(parameter);
            } else if (!inPath.contains(parameter.name())) {
                defects.add(at + " declares {" + parameter.name() + "}, which its path lacks");
            }
        }
        return ordered;
    }

    private Optional<Parameter> parameter(String at, String pointer, JsonNode node) {
        String name = node.path("name").asString("");
        Optional<Fault.Place> place =
                switch (node.path("in").asString("")) {
                    case "path" -> Optional.of(Fault.Place.PATH);
                    case "query" -> Optional.of(Fault.Place.QUERY);
                    case "header" -> Optional.of(Fault.Place.HEADER);
                    default -> Optional.empty();
                };
        Optional<Parameter.Type> type =
                switch (node.path("schema").path("type").asString("")) {
                    case "string" -> Optional.of(Parameter.Type.STRING);
                    case "integer" -> Optional.of(Parameter.Type.INTEGER);
                    case "boolean" -> Optional.of(Parameter.Type.BOOLEAN);
                    default -> Optional.empty();
                };
        if (name.isEmpty() || place.isEmpty() || type.isEmpty()) {
            defects.add(at + ": " + pointer + " needs a name, a place and a plain type");
            return Optional.empty();
        }
        boolean required = node.path("required").asBoolean(false);
        if (place.get() == Fault.Place.PATH && !required) {
            defects.add(pointer + " is in the path and must be required");
        }
        return Optional.of(
                new Parameter(name, place.get(), required, type.get(), pointer + "/schema"));
    }

    private Optional<Operation.RequestBody> requestBody(String at, JsonNode node) {
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        JsonNode content = node.path("content");
        if (content.size() != 1) {
            defects.add(at + " must take exactly one media type");
            return Optional.empty();
        }
        Map.Entry<String, JsonNode> only = content.properties().iterator().next();
        return Optional.of(
                new Operation.RequestBody(
                        only.getKey(),
                        schema(at + " request", only.getKey(), only.getValue()),
                        node.path("required").asBoolean(false)));
    }

    private Map<Integer, Map<String, Optional<String>>> replies(
            String at, JsonNode responses, boolean isPublic) {
        Map<Integer, Map<String, Optional<String>>> replies = new TreeMap<>();
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
            Matcher status = Pattern.compile("[2-5][0-9]{2}").matcher(response.getKey());
            if (!status.matches()) {
                defects.add(at + " declares the reply " + response.getKey());
                continue;
            }
            String pointer = response.getValue().path("$ref").asString("");
            JsonNode target =
                    pointer.isEmpty()
                            ? response.getValue()
                            : SchemaRules.resolve(document, pointer);
            Map<String, Optional<String>> types = new TreeMap<>();
            for (Map.Entry<String, JsonNode> type : target.path("content").properties()) {
                String where = at + " reply " + response.getKey();
                types.put(type.getKey(), schema(where, type.getKey(), type.getValue()));
            }
            replies.put(Integer.valueOf(response.getKey()), types);
        }
        Set<Integer> needed = new HashSet<>(Set.of(400, 404, 429, 500, 503));
        if (!isPublic) {
            needed.addAll(Set.of(401, 403));
        }
        needed.stream()
                .sorted()
                .filter(status -> !replies.containsKey(status))
                .forEach(status -> defects.add(at + " does not declare the reply " + status));
        if (replies.keySet().stream().noneMatch(status -> status < 300)) {
            defects.add(at + " declares no reply for success");
        }
        return replies;
    }

    private Optional<String> schema(String at, String mediaType, JsonNode type) {
        boolean hasSchema =
                mediaType.equals(JSON)
                        || mediaType.endsWith("+json")
                        || mediaType.equals(FormText.MEDIA_TYPE);
        if (!hasSchema) {
            return Optional.empty();
        }
        String pointer = type.path("schema").path("$ref").asString("");
        if (!pointer.startsWith(SCHEMAS)) {
            defects.add(at + " must $ref a schema of components/schemas");
            return Optional.empty();
        }
        return Optional.of(pointer.substring(1));
    }
}
