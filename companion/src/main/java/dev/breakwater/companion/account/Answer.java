/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** What a server answered. */
final class Answer {

    /** A device's state has 32 levels at most, and the answer around it a few. */
    private static final int NESTING_MAX = 40;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(NESTING_MAX)
                                                    .maxNumberLength(64)
                                                    .maxNameLength(256)
                                                    .build())
                                    .build())
                    .build();

    private final int status;
    private final byte[] body;
    private final String etag;
    private final Optional<Duration> retryAfter;

    /**
     * An answer.
     *
     * @param body not copied; nobody writes into it
     * @param etag the version of what it shows, or {@code *}
     * @param retryAfter how long it asks to wait
     */
    Answer(int status, byte[] body, String etag, Optional<Duration> retryAfter) {
        this.status = status;
        this.body = body;
        this.etag = etag;
        this.retryAfter = retryAfter;
    }

    int status() {
        return status;
    }

    InputStream body() {
        return new ByteArrayInputStream(body);
    }

    String etag() {
        return etag;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    boolean succeeded() {
        return status / 100 == 2;
    }

    boolean isProblem(String type) {
        return status / 100 == 4 && Refusal.type(problem()).equals(type);
    }

    Refusal refusal() {
        return Refusal.of(status, problem(), retryAfter);
    }

    /** A proxy in between may answer with something else, which then has no reason. */
    private JsonNode problem() {
        try {
            return json(body);
        } catch (IllegalArgumentException notJson) {
            return MissingNode.getInstance();
        }
    }

    ObjectNode json() {
        return json(body);
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException if it is none; the text quotes nothing of it
     */
    static ObjectNode json(byte[] text) {
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException notJson) {
            // Jackson's own text quotes the payload.
            throw new IllegalArgumentException("the answer is not JSON");
        }
        throw new IllegalArgumentException("the answer is no JSON object");
    }

    @Override
    public String toString() {
        return "Answer[status=" + status + ", " + body.length + " bytes]";
    }
}
