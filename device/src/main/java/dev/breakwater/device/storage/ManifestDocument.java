/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads a manifest strictly: each member once, none that is not known, nothing behind the end. */
final class ManifestDocument {

    /** Of the form of the document. */
    static final int VERSION = 1;

    private static final int NESTING_MAX = 3;
    private static final Set<String> MEMBERS = Set.of("manifest", "product", "items");
    private static final Set<String> ITEM_MEMBERS =
            Set.of("name", "purpose", "sensitivity", "retention");

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(NESTING_MAX)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private ManifestDocument() {}

    static StorageManifest parse(byte[] document, ManifestWarrant warrant)
            throws MalformedManifest {
        ObjectNode object = read(document);
        requireMembers(object, MEMBERS, "a storage manifest");
        JsonNode version = object.path("manifest");
        if (!version.isInt() || version.intValue() != VERSION) {
            throw new MalformedManifest("a storage manifest says \"manifest\": " + VERSION);
        }
        JsonNode items = object.path("items");
        if (!items.isArray()) {
            throw new MalformedManifest("a storage manifest has items, an array");
        }
        List<StorageItem> declared = new ArrayList<>();
        for (JsonNode item : items.values()) {
            declared.add(item(item));
        }
        return StorageManifest.of(text(object, "product"), declared, warrant);
    }

    private static ObjectNode read(byte[] document) throws MalformedManifest {
        if (document.length > StorageManifest.BYTES_MAX) {
            throw new MalformedManifest(
                    "a storage manifest is at most %d bytes long"
                            .formatted(StorageManifest.BYTES_MAX));
        }
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedManifest("a storage manifest is UTF-8", notUtf8);
        } catch (JacksonException notJson) {
            throw new MalformedManifest(
                    "a storage manifest is JSON of at most %d levels, with each member once; %s"
                            .formatted(NESTING_MAX, where(notJson)),
                    notJson);
        }
        throw new MalformedManifest("a storage manifest is a JSON object");
    }

    private static String where(JacksonException notJson) {
        // A limit that was exceeded has no place.
        @Nullable TokenStreamLocation place = notJson.getLocation();
        return place == null ? "this has more" : "line %d is not".formatted(place.getLineNr());
    }

    private static StorageItem item(JsonNode node) throws MalformedManifest {
        if (!(node instanceof ObjectNode object)) {
            throw new MalformedManifest("an item of a storage manifest is an object");
        }
        requireMembers(object, ITEM_MEMBERS, "an item of a storage manifest");
        String sensitivity = text(object, "sensitivity");
        try {
            return new StorageItem(
                    text(object, "name"),
                    text(object, "purpose"),
                    Sensitivity.of(sensitivity)
                            .orElseThrow(
                                    () ->
                                            new MalformedManifest(
                                                    "a sensitivity is secret, personal or operational, not "
                                                            + sensitivity)),
                    object.has("retention")
                            ? Optional.of(Duration.parse(text(object, "retention")))
                            : Optional.empty());
        } catch (DateTimeParseException notADuration) {
            throw new MalformedManifest(
                    "a retention is a duration such as P30D or PT12H", notADuration);
        } catch (IllegalArgumentException beyond) {
            throw new MalformedManifest(String.valueOf(beyond.getMessage()), beyond);
        }
    }

    private static String text(ObjectNode object, String member) throws MalformedManifest {
        @Nullable JsonNode node = object.get(member);
        if (node == null || !node.isString()) {
            throw new MalformedManifest(member + " must be there, a string");
        }
        return node.stringValue();
    }

    private static void requireMembers(ObjectNode object, Set<String> members, String what)
            throws MalformedManifest {
        for (String name : object.propertyNames()) {
            if (!members.contains(name)) {
                throw new MalformedManifest("%s is not a member of %s".formatted(name, what));
            }
        }
    }
}
