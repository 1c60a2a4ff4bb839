/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The canonical JSON that TUF signs (the dialect of OLPC): no white space, members in the order of
 * the code points of their names, of a string only quotation mark and backslash escaped, and no
 * numbers but whole ones. The result is what is hashed and signed; it is not always JSON, for
 * control characters stand in it as they are.
 */
public final class CanonicalJson {

    private CanonicalJson() {}

    /**
     * The canonical form.
     *
     * @throws IllegalArgumentException if it holds a number with a fraction or a node that is no
     *     JSON value
     */
    public static byte[] of(JsonNode node) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(node, out);
        return out.toByteArray();
    }

    private static void write(JsonNode node, ByteArrayOutputStream out) {
        switch (node.getNodeType()) {
            case OBJECT -> writeObject(node, out);
            case ARRAY -> writeArray(node, out);
            case STRING -> writeString(utf8(node.stringValue()), out);
            case NUMBER -> writeNumber(node, out);
            case BOOLEAN -> out.writeBytes(utf8(node.booleanValue() ? "true" : "false"));
            case NULL -> out.writeBytes(utf8("null"));
            case BINARY, MISSING, POJO ->
                    throw new IllegalArgumentException("only JSON has a canonical form");
        }
    }

    private static void writeObject(JsonNode object, ByteArrayOutputStream out) {
        // The bytes of UTF-8 are in the order of the code points; chars of Java are not.
        Map<byte[], JsonNode> members = new TreeMap<>(Arrays::compareUnsigned);
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            members.put(utf8(member.getKey()), member.getValue());
        }
        out.write('{');
        String separator = "";
        for (Map.Entry<byte[], JsonNode> member : members.entrySet()) {
            out.writeBytes(utf8(separator));
            writeString(member.getKey(), out);
            out.write(':');
            write(member.getValue(), out);
            separator = ",";
        }
        out.write('}');
    }

    private static void writeArray(JsonNode array, ByteArrayOutputStream out) {
        out.write('[');
        Iterator<JsonNode> elements = array.values().iterator();
        while (elements.hasNext()) {
            write(elements.next(), out);
            if (elements.hasNext()) {
                out.write(',');
            }
        }
        out.write(']');
    }

    private static void writeString(byte[] text, ByteArrayOutputStream out) {
        out.write('"');
        for (byte character : text) {
            if (character == '"' || character == '\\') {
                out.write('\\');
            }
            out.write(character);
        }
        out.write('"');
    }

    private static void writeNumber(JsonNode number, ByteArrayOutputStream out) {
        if (!number.isIntegralNumber()) {
            throw new IllegalArgumentException("only whole numbers have a canonical form");
        }
        out.writeBytes(utf8(number.bigIntegerValue().toString()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
