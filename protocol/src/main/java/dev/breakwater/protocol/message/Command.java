/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.time.Instant;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks a device to do something, on {@code me/commands/{id}}: {@code
 * {"name":"feed","arguments":{"portions":2},"expiresAt":"2026-11-22T10:00:00Z"}}.
 *
 * @param name 1 to 64 characters of {@code a-z 0-9 -}, the first a letter
 * @param arguments may be empty; copied in
 * @param expiresAt from this moment on the device must not begin to carry the command out
 */
public record Command(String name, ObjectNode arguments, Instant expiresAt) {

    /** The longest payload, in bytes of JSON. */
    public static final int BYTES_MAX = 64 * 1024;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /**
     * Refuses what a device would refuse.
     *
     * @throws IllegalArgumentException naming the limit
     */
    public Command {
        requireName(name);
        arguments = arguments.deepCopy();
        Times.requireWritable(expiresAt, "a command's expiresAt");
        Json.requireEncodedSize(arguments, BYTES_MAX - 256, "a command's arguments");
    }

    /**
     * Checks the name alone, for those who register a handler under it.
     *
     * @throws IllegalArgumentException if the name is malformed
     */
    public static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a command's name is 1 to 64 characters of a-z 0-9 -, the first a letter");
        }
        return name;
    }

    @Override
    public ObjectNode arguments() {
        return arguments.deepCopy();
    }

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        return Json.write(
                Json.newObject()
                        .put("name", name)
                        .put("expiresAt", expiresAt.toString())
                        .set("arguments", arguments));
    }
}
