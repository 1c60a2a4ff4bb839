/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import dev.breakwater.protocol.message.StatePatch;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One of the two states of a twin.
 *
 * @param version 0 while nobody ever set it, then one more with every change
 * @param state copied in and out
 * @param changedAt server time of the last change
 */
public record StateDocument(long version, ObjectNode state, Optional<Instant> changedAt) {

    /** The state of a device that nobody has said anything about. */
    public static final StateDocument UNTOUCHED =
            new StateDocument(0, JsonMapper.shared().createObjectNode(), Optional.empty());

    /** Copies the state. */
    public StateDocument {
        state = state.deepCopy();
    }

    @Override
    public ObjectNode state() {
        return state.deepCopy();
    }

    /** The document after a patch: this very one if the patch changes nothing. */
    StateDocument patched(StatePatch patch, Instant at) {
        ObjectNode after = patch.appliedTo(state);
        return after.equals(state) ? this : new StateDocument(version + 1, after, Optional.of(at));
    }
}
