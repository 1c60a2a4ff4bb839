/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * The document's schemas (JSON Schema draft 2020-12), each compiled when it is first needed:
 * compiling all of them would take a third of the server's start-up time for operations that nobody
 * may call. Nothing outside the document is ever fetched.
 */
final class Schemas {

    private static final String DOCUMENT = "urn:breakwater:openapi";
    private static final int FAULTS_MAX = 10;

    /** Draft 2020-12 and our own mark of an object whose members belong to the product. */
    private static final Dialect DIALECT =
            Dialect.builder(Dialects.getDraft202012())
                    .keyword(new NonValidationKeyword("x-open"))
                    .build();

    private final SchemaRegistry registry;
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

    Schemas(String documentAsJson) {
        SchemaRegistryConfig config =
                SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .pathType(PathType.JSON_POINTER)
                        .locale(Locale.ROOT)
                        .build();
        this.registry =
                SchemaRegistry.withDefaultDialect(
                        DIALECT,
                        builder ->
                                builder.schemas(Map.of(DOCUMENT, documentAsJson))
                                        .schemaRegistryConfig(config));
    }

    /** Compiles a schema, so that a defect in it shows now. */
    void compile(String pointer) {
        compiled(pointer).initializeValidators();
    }

    /** What does not fit, at most ten faults: the sender of a thousand learns enough from ten. */
    List<Fault> faults(String pointer, JsonNode value, Fault.Place place, String prefix) {
        List<Error> errors = compiled(pointer).validate(value);
        List<Fault> faults = new ArrayList<>();
        for (Error error : errors) {
            if (faults.size() == FAULTS_MAX) {
                break;
            }
            String member = prefix + error.getInstanceLocation();
            String property = error.getProperty();
            if (property != null && place == Fault.Place.BODY) {
                member = member + "/" + property.replace("~", "~0").replace("/", "~1");
            }
            faults.add(new Fault(place, member, text(error)));
        }
        return faults;
    }

    private static String text(Error error) {
        return switch (error.getKeyword()) {
            case "additionalProperties", "unevaluatedProperties" ->
                    "is not a member of this object";
            case "required" -> "is missing";
            default -> error.getMessage();
        };
    }

    private Schema compiled(String pointer) {
        return compiled.computeIfAbsent(
                pointer, at -> registry.getSchema(SchemaLocation.of(DOCUMENT + "#" + at)));
    }
}
