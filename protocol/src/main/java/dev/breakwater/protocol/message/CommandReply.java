/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of a command, on {@code me/commands/{id}/reply}: {@code
 * {"status":"succeeded","result":{...}}} or {@code {"status":"failed","error":"text"}}.
 */
public sealed interface CommandReply {

    /** The longest payload, in bytes of JSON. */
    int BYTES_MAX = 64 * 1024;

    /** The longest error text, in bytes of UTF-8. */
    int ERROR_BYTES_MAX = 1024;

    /** The payload, JSON in UTF-8. */
    byte[] toJson();

    /**
     * The command was carried out.
     *
     * @param result what came of it; empty if there is nothing to tell, and then left out of the
     *     payload; copied in
     */
    record Succeeded(ObjectNode result) implements CommandReply {

        /**
         * Refuses a result that would not fit.
         *
         * @throws IllegalArgumentException naming the limit
         */
        public Succeeded {
            result = result.deepCopy();
            Json.requireEncodedSize(result, BYTES_MAX - 64, "a command's result");
        }

        @Override
        public ObjectNode result() {
            return result.deepCopy();
        }

        @Override
        public byte[] toJson() {
            ObjectNode object = Json.newObject().put("status", "succeeded");
            return Json.write(result.isEmpty() ? object : object.set("result", result));
        }
    }

    /**
     * The command was not carried out, or not to its end.
     *
     * @param error for the person who gave the command; at most 1 KiB of UTF-8, no secrets
     */
    record Failed(String error) implements CommandReply {

        /**
         * Refuses an error text that would not fit.
         *
         * @throws IllegalArgumentException naming the limit
         */
        public Failed {
            int length = error.getBytes(StandardCharsets.UTF_8).length;
            if (error.isBlank() || length > ERROR_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "a reply's error must be 1 to %d bytes of text, not %d"
                                .formatted(ERROR_BYTES_MAX, length));
            }
            Json.requireStorable(Json.newObject().put("error", error), "a reply's error");
        }

        @Override
        public byte[] toJson() {
            return Json.write(Json.newObject().put("status", "failed").put("error", error));
        }
    }
}
