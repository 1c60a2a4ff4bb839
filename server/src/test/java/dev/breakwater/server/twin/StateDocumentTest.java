/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.message.StatePatch;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StateDocumentTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    /** RFC 7396 section 3, the whole example. */
    @Test
    void patchesTheDocumentOfTheRfc() {
        StateDocument before =
                StateDocument.UNTOUCHED.patched(
                        patch(
                                """
                                {"title":"Goodbye!",
                                 "author":{"givenName":"John","familyName":"Doe"},
                                 "tags":["example","sample"],
                                 "content":"This will be unchanged"}"""),
                        NOON);

        StateDocument after =
                before.patched(
                        patch(
                                """
                                {"title":"Hello!","phoneNumber":"+01-123-456-7890",
                                 "author":{"familyName":null},"tags":["example"]}"""),
                        NOON);

        assertThat(after.version()).isEqualTo(2);
        assertThat(after.state())
                .isEqualTo(
                        object(
                                """
                                {"title":"Hello!","author":{"givenName":"John"},
                                 "tags":["example"],"content":"This will be unchanged",
                                 "phoneNumber":"+01-123-456-7890"}"""));
    }

    @Test
    void keepsItsVersionWhenThePatchChangesNothing() {
        StateDocument before = StateDocument.UNTOUCHED.patched(patch("{\"a\":{\"b\":1}}"), NOON);

        assertThat(before.patched(patch("{\"a\":{\"b\":1},\"c\":null}"), NOON)).isSameAs(before);
    }

    @Test
    void cannotBeChangedThroughWhatItGivesAway() {
        StateDocument document = StateDocument.UNTOUCHED.patched(patch("{\"a\":1}"), NOON);

        document.state().removeAll();

        assertThat(document.state()).isEqualTo(object("{\"a\":1}"));
    }

    private static StatePatch patch(String json) {
        return new StatePatch(object(json));
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
