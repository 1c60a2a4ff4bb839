/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A document that leaves something open keeps the server from starting. */
class DocumentReaderTest {

    @Test
    void readsASoundDocument() {
        assertThat(Contract.read(SmallDocument.sound(), 8).operations())
                .extracting(Operation::id)
                .containsExactly("getTank", "changeTank", "getNewestTank");
    }

    static Stream<Arguments> defects() {
        return Stream.concat(defectsOfOperations(), defectsOfShapes());
    }

    private static Stream<Arguments> defectsOfOperations() {
        return Stream.of(
                Arguments.of("openapi: 3.1.1", "openapi: 3.0.3", "openapi is not 3.1.x"),
                Arguments.of("operationId: getTank", "summary: x", "has no operationId"),
                Arguments.of(
                        "operationId: getTank",
                        "operationId: changeTank",
                        "has the operationId of"),
                Arguments.of("x-permission: tanks:read", "summary: x", "has no x-permission"),
                Arguments.of("x-cost: 2", "x-cost: 0", "has no x-cost"),
                Arguments.of("x-audit: [tank.changed]", "x-audit: true", "has no x-audit"),
                Arguments.of("x-audit: [tank.changed]", "x-audit: []", "has no x-audit"),
                Arguments.of("[tank.changed]", "[tank]", "names no action"),
                Arguments.of(
                        "[tank.changed]",
                        "[tank.changed, tank.changed]",
                        "has the x-audit tank.changed twice"),
                Arguments.of(
                        "openapi: 3.1.1",
                        "openapi: 3.1.1\nx-audit-elsewhere: { tank.emptied: '' }",
                        "does not say who leaves tank.emptied"),
                Arguments.of(
                        "x-permission: tanks:write",
                        "x-permission: tanks:write\n      x-events: { full: { type: object } }",
                        "the event full must $ref a schema"),
                Arguments.of(
                        "x-permission: tanks:write",
                        "x-permission: tanks:write\n"
                                + "      x-events: { full: { $ref: '#/components/schemas/Fish' } }",
                        "x-events belongs to text/event-stream"),
                Arguments.of(
                        "'200': { content: {",
                        "'200': { content: { text/event-stream: {},",
                        "x-events belongs to text/event-stream"),
                Arguments.of(
                        "x-permission: tanks:write",
                        "x-permission: tanks:write\n      x-only-reads: true",
                        "x-only-reads belongs to x-permission: public"),
                Arguments.of("x-permission: public", "x-permission: tanks:read", "security: []"),
                Arguments.of("security: []", "summary: x", "security: []"),
                Arguments.of("'429': {}", "'418': {}", "does not declare the reply 429"),
                Arguments.of("'200':", "'300':", "declares no reply for success"));
    }

    private static Stream<Arguments> defectsOfShapes() {
        return Stream.of(
                Arguments.of(
                        "name: tankId, in: path",
                        "name: tank, in: path",
                        "does not declare {tankId}"),
                Arguments.of("in: path, required: true", "in: path", "must be required"),
                Arguments.of("parameters/shore'", "parameters/coast'", "which does not exist"),
                Arguments.of("schemas/Fish'", "schemas/Crab'", "which does not exist"),
                Arguments.of(
                        "deep: { name: deep, in: query",
                        "deep: { name: deep, in: cookie",
                        "needs a name"),
                Arguments.of("additionalProperties: false", "title: x", "takes unknown members"),
                Arguments.of(
                        "name: { type: string, maxLength: 20 }",
                        "name: { type: string }",
                        "has no maxLength"),
                Arguments.of("minimum: 1, maximum: 100", "minimum: 1", "has no maximum"),
                Arguments.of("maxItems: 3, ", "", "has no maxItems"),
                Arguments.of(
                        "litres: { type: integer, minimum: 1, maximum: 100 }",
                        "litres: {}",
                        "states no type"),
                Arguments.of("required: [name]", "required: [nome]", "which it does not have"),
                Arguments.of(
                        "limit: { name: limit", "limit: { name: limit, name: limit", "Duplicate"));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void refusesADocumentThatLeavesSomethingOpen(String before, String after, String defect) {
        assertThatThrownBy(() -> Contract.read(SmallDocument.with(before, after), 8))
                .isInstanceOf(ContractBroken.class)
                .hasMessageContaining(defect);
    }

    @Test
    void listsAllDefectsInOneSentence() {
        byte[] document = SmallDocument.with("additionalProperties: false", "title: x");
        assertThatThrownBy(() -> Contract.read(document, 8))
                .hasMessageContaining("2 point(s)")
                .hasMessageContaining("schema Tank")
                .hasMessageContaining("schema Fish");
    }

    @Test
    void takesAnOpenPlaceThatSaysWhy() {
        byte[] document =
                SmallDocument.with("additionalProperties: false", "x-open: the product's own");
        assertThat(Contract.read(document, 8).operations()).hasSize(3);
    }
}
