/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ContainerNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A good document, changed in its structure as some bytes say: members go, come twice, change
 * places, kinds, names and sizes. The same bytes make the same changes. Bytes that were flipped at
 * random hardly ever get past a parser of JSON; these do.
 */
public final class MutatedJson {

    private static final int CHANGES_MAX = 6;
    private static final int DEPTH_MAX = 12;
    private static final int LONG_CHARACTERS = 70_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final byte[] choices;
    private int at;
    private Optional<String> twice = Optional.empty();

    private MutatedJson(byte[] choices) {
        this.choices = choices.clone();
    }

    /** What becomes of a document; of no bytes the document as it is. */
    public static byte[] of(byte[] document, byte[] choices) {
        MutatedJson mutation = new MutatedJson(choices);
        JsonNode tree = JsonMapper.shared().readTree(document);
        for (int i = 0; i < CHANGES_MAX && mutation.at < choices.length; i++) {
            mutation.change(tree);
        }
        String text = tree.toString();
        for (String name : mutation.twice.stream().toList()) {
            String member = "\"" + name + "\":";
            text = text.replace(member, member + "null," + member);
        }
        return text.getBytes(UTF_8);
    }

    private int next(int bound) {
        return at < choices.length ? (choices[at++] & 0xff) % bound : 0;
    }

    /** Somewhere in the tree, a container that is not empty; empty if there is none. */
    private Optional<ContainerNode<?>> place(JsonNode tree) {
        Optional<ContainerNode<?>> place = Optional.empty();
        JsonNode node = tree;
        for (int depth = 0; depth < DEPTH_MAX; depth++) {
            if (!(node instanceof ContainerNode<?> container) || container.isEmpty()) {
                break;
            }
            place = Optional.of(container);
            if (next(4) == 0) {
                break;
            }
            node = child(container, next(container.size()));
        }
        return place;
    }

    private static JsonNode child(ContainerNode<?> container, int index) {
        return List.copyOf(container.values()).get(index);
    }

    private static String name(ObjectNode object, int index) {
        return List.copyOf(object.propertyNames()).get(index);
    }

    private void change(JsonNode tree) {
        Optional<ContainerNode<?>> place = place(tree);
        if (place.isEmpty()) {
            return;
        }
        int operation = next(6);
        int index = next(place.get().size());
        switch (place.get()) {
            case ObjectNode object -> change(object, name(object, index), operation, tree);
            case ArrayNode array -> change(array, index, operation, tree);
            default -> throw new IllegalStateException("a container is an object or an array");
        }
    }

    private void change(ObjectNode object, String name, int operation, JsonNode tree) {
        switch (operation) {
            case 0 -> object.remove(name);
            case 1 -> object.set(name, value());
            case 2 -> object.set(text(name), object.get(name).deepCopy());
            case 3 -> object.set(name, elsewhere(tree));
            case 4 -> twice = Optional.of(name);
            default -> object.set(name, like(object.get(name)));
        }
    }

    private void change(ArrayNode array, int index, int operation, JsonNode tree) {
        switch (operation) {
            case 0 -> array.remove(index);
            case 1 -> array.set(index, value());
            case 2 -> array.add(array.get(index).deepCopy());
            case 3 -> array.set(index, elsewhere(tree));
            case 4 -> array.insert(0, elsewhere(tree));
            default -> array.set(index, like(array.get(index)));
        }
    }

    private JsonNode elsewhere(JsonNode tree) {
        return place(tree)
                .map(place -> child(place, next(place.size())).deepCopy())
                .orElseGet(NODES::nullNode);
    }

    /** Of the same kind, and a little different: where checks are off by one. */
    private JsonNode like(JsonNode value) {
        if (value.isIntegralNumber()) {
            BigInteger number = value.bigIntegerValue();
            return NODES.numberNode(number.add(BigInteger.valueOf(next(3) - 1L)));
        }
        if (value.isString()) {
            return NODES.stringNode(text(value.stringValue()));
        }
        return value();
    }

    private String text(String text) {
        int middle = text.isEmpty() ? 0 : next(text.length());
        return switch (next(8)) {
            case 0 -> text.toUpperCase(Locale.ROOT);
            case 1 -> text.substring(0, middle);
            case 2 -> text + text;
            case 3 -> text.substring(0, middle) + "\0" + text.substring(middle);
            case 4 -> "../" + text;
            case 5 -> text + "\u00e9\ud83d\ude00";
            case 6 -> text.substring(0, middle) + "\ud800" + text.substring(middle);
            default -> " " + text;
        };
    }

    private JsonNode value() {
        List<JsonNode> values =
                new ArrayList<>(
                        List.of(
                                NODES.nullNode(),
                                NODES.booleanNode(true),
                                NODES.stringNode(""),
                                NODES.stringNode("../x"),
                                NODES.stringNode("x".repeat(LONG_CHARACTERS)),
                                NODES.stringNode("9999-12-31T23:59:59Z"),
                                NODES.stringNode("2026-02-30T00:00:00Z"),
                                NODES.stringNode("2026-06-30T23:59:60Z"),
                                NODES.stringNode("2026-11-27T00:00:00+00:00"),
                                NODES.numberNode(0),
                                NODES.numberNode(-1),
                                NODES.numberNode(1L << 31),
                                NODES.numberNode((1L << 53) - 1),
                                NODES.numberNode(1L << 53),
                                NODES.numberNode(BigInteger.TEN.pow(40)),
                                NODES.numberNode(new BigDecimal("1.5")),
                                NODES.numberNode(new BigDecimal("1E400")),
                                NODES.arrayNode(),
                                NODES.objectNode()));
        JsonNode deep = NODES.arrayNode();
        for (int i = 0; i < next(40); i++) {
            deep = NODES.arrayNode().add(deep);
        }
        values.add(deep);
        return values.get(next(values.size()));
    }
}
