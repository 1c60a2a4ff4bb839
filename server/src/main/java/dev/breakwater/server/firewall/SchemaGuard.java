/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.breakwater.server.limits.JsonBounds;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Judges a message schema before it is compiled: it is run against what strangers send, on threads
 * that serve thousands of devices. It takes the keywords that it knows and no others, so that a
 * misspelled one is not silently without effect; references lead to places within the schema and
 * never in a circle; with all of them followed it has a bounded number of places, or a few lines of
 * references to references would stand for millions.
 */
final class SchemaGuard {

    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

    private static final Set<String> SCHEMA =
            Set.of(
                    "items",
                    "additionalProperties",
                    "contains",
                    "propertyNames",
                    "not",
                    "if",
                    "then",
                    "else");
    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "patternProperties", "dependentSchemas", "$defs");
    private static final Set<String> SCHEMAS_IN_LIST =
            Set.of("allOf", "anyOf", "oneOf", "prefixItems");

    /** Says something about the value itself, or nothing but for readers. */
    private static final Set<String> PLAIN =
            Set.of(
                    "type",
                    "enum",
                    "const",
                    "required",
                    "dependentRequired",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "format",
                    "minItems",
                    "maxItems",
                    "minContains",
                    "maxContains",
                    "minProperties",
                    "maxProperties",
                    "title",
                    "description",
                    "$comment",
                    "default",
                    "examples",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "$schema",
                    "$ref");

    /** Those whose check takes no longer than the text is long. */
    private static final Set<String> FORMATS =
            Set.of("date-time", "date", "time", "uuid", "ipv4", "ipv6");

    private final JsonBounds bounds;
    private final int placesMax;

    /** What the draft says of its own keywords; it comes with the library and is not fetched. */
    private final Schema draft =
            SchemaRegistry.withDefaultDialect(
                            SpecificationVersion.DRAFT_2020_12,
                            builder ->
                                    builder.schemaRegistryConfig(
                                            SchemaRegistryConfig.builder()
                                                    .pathType(PathType.JSON_POINTER)
                                                    .build()))
                    .getSchema(SchemaLocation.of(DRAFT));

    SchemaGuard(Limits limits) {
        this.bounds = JsonBounds.of(limits, Limit.FIREWALL_SCHEMA_BYTES);
        this.placesMax = limits.of(Limit.FIREWALL_SCHEMA_PLACES);
    }

    /**
     * Lets a schema through.
     *
     * @param pointer where it stands
     * @throws RulesRefused naming the place that is at fault
     */
    void require(String pointer, JsonNode schema) throws RulesRefused {
        Optional<String> exceeded = bounds.exceededBy(schema, "it");
        if (exceeded.isPresent()) {
            throw new RulesRefused(pointer, "is too much: " + exceeded.get());
        }
        new Walk(schema).place(pointer, schema);
        // What the draft does not allow, such as a type that is none, would judge nothing.
        List<Error> errors = draft.validate(schema);
        if (!errors.isEmpty()) {
            throw new RulesRefused(
                    pointer + errors.getFirst().getInstanceLocation(),
                    "is not what draft 2020-12 of JSON Schema allows there");
        }
    }

    private final class Walk {

        private final JsonNode root;
        private final Set<String> following = new HashSet<>();
        private int places;

        Walk(JsonNode root) {
            this.root = root;
        }

        void place(String at, JsonNode schema) throws RulesRefused {
            if (++places > placesMax) {
                throw new RulesRefused(
                        at,
                        "is one place too many; with its references followed a schema has at"
                                + " most "
                                + placesMax);
            }
            if (schema.isBoolean()) {
                return;
            }
            if (!schema.isObject()) {
                throw new RulesRefused(at, "is no schema; write an object, true or false");
            }
            for (Map.Entry<String, JsonNode> member : schema.properties()) {
                String keyword = member.getKey();
                String below = at + "/" + escaped(keyword);
                if (SCHEMA.contains(keyword)) {
                    place(below, member.getValue());
                } else if (SCHEMAS_IN_LIST.contains(keyword)) {
                    list(below, member.getValue());
                } else if (SCHEMAS_BY_NAME.contains(keyword)) {
                    byName(below, keyword, member.getValue());
                } else if (PLAIN.contains(keyword)) {
                    plain(below, keyword, member.getValue());
                } else {
                    throw new RulesRefused(
                            below, "is not a keyword that the firewall knows; leave it out");
                }
            }
        }

        private void list(String at, JsonNode schemas) throws RulesRefused {
            if (!schemas.isArray() || schemas.isEmpty()) {
                throw new RulesRefused(at, "is no list of schemas");
            }
            for (int i = 0; i < schemas.size(); i++) {
                place(at + "/" + i, schemas.get(i));
            }
        }

        private void byName(String at, String keyword, JsonNode schemas) throws RulesRefused {
            if (!schemas.isObject()) {
                throw new RulesRefused(at, "is no object of schemas");
            }
            for (Map.Entry<String, JsonNode> member : schemas.properties()) {
                String below = at + "/" + escaped(member.getKey());
                if (keyword.equals("patternProperties")) {
                    BoundedPattern.require(below, member.getKey());
                }
                place(below, member.getValue());
            }
        }

        private void plain(String at, String keyword, JsonNode value) throws RulesRefused {
            switch (keyword) {
                case "$ref" -> follow(at, value.asString(""));
                case "pattern" -> BoundedPattern.require(at, value.asString(""));
                case "format" -> {
                    if (!FORMATS.contains(value.asString(""))) {
                        throw new RulesRefused(
                                at, "is none of date-time, date, time, uuid, ipv4 and ipv6");
                    }
                }
                case "$schema" -> {
                    if (!value.asString("").equals(DRAFT)) {
                        throw new RulesRefused(
                                at, "is another dialect; the firewall takes " + DRAFT);
                    }
                }
                default -> {}
            }
        }

        private void follow(String at, String reference) throws RulesRefused {
            JsonNode target =
                    reference.matches("#(/[A-Za-z0-9$_.-]{1,64}){1,16}")
                            ? root.at(JsonPointer.compile(reference.substring(1)))
                            : root.path("");
            if (target.isMissingNode()) {
                throw new RulesRefused(
                        at, "leads out of the schema; write #/$defs/ and a name defined there");
            }
            if (!following.add(reference)) {
                throw new RulesRefused(at, "leads in a circle");
            }
            place(at, target);
            following.remove(reference);
        }
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
