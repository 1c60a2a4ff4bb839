/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.CommandId;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A command that the server has promised to deliver.
 *
 * @param state {@code queued}, {@code delivered}, or how it ended: {@code succeeded}, {@code
 *     failed}, {@code timed-out}, {@code expired}, {@code dropped}, {@code cancelled}
 * @param json all that the server says of it; nobody else holds this object
 */
public record SentCommand(CommandId id, String name, String state, ObjectNode json) {

    private static final Set<String> UNFINISHED = Set.of("queued", "delivered");

    static SentCommand of(Answer answer) {
        ObjectNode json = answer.json();
        return new SentCommand(
                CommandId.parse(Values.text(json, "id")),
                Values.text(json, "name"),
                Values.text(json, "state"),
                json);
    }

    /** Whether nothing more will become of it. */
    public boolean hasEnded() {
        return !UNFINISHED.contains(state);
    }

    /** Whether the device did it. */
    public boolean succeeded() {
        return state.equals("succeeded");
    }
}
