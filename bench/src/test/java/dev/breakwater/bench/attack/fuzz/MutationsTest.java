/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.attack.wire.Request;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutationsTest {

    private final Contract contract = ExampleContract.read();
    private final Mutations mutations = new Mutations(contract, ExampleContract.OBJECTS, "secret");

    private Stream<Attempt> kind(String operation, String kind) {
        List<Attempt> found =
                mutations.of(ExampleContract.operation(operation)).stream()
                        .filter(one -> one.kind().equals(kind))
                        .toList();
        assertThat(found).as(kind + " of " + operation).isNotEmpty();
        return found.stream();
    }

    private static String bytes(Attempt attempt) {
        return new String(attempt.request().bytes(), ISO_8859_1);
    }

    private String body(String kind) {
        return kind("changeThing", kind).findFirst().orElseThrow().request().text().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "parent segment",
                "encoded dots",
                "dots encoded twice",
                "overlong slash",
                "path parameter",
                "doubled slash",
                "trailing slash",
                "unknown parameter",
                "length and chunks",
                "two lengths",
                "folded header",
                "two hosts",
                "no host",
                "cookie of 100 kB",
                "override by X-HTTP-Method-Override: DELETE",
                "method BREW",
                "version that is none"
            })
    void attacksEveryOperationWith(String kind) {
        for (Contract.Operation operation : contract.operations()) {
            String sound =
                    new String(
                            contract.sound(operation, ExampleContract.OBJECTS, "secret").bytes(),
                            ISO_8859_1);
            assertThat(kind(operation.id(), kind)).noneMatch(one -> bytes(one).equals(sound));
        }
    }

    @Test
    void statesTheLengthInTwoWays() {
        assertThat(kind("listThings", "length and chunks"))
                .allSatisfy(
                        one ->
                                assertThat(bytes(one))
                                        .contains("Content-Length: ", "Transfer-Encoding: chunked")
                                        .contains("0\r\n\r\nGET /api/v1/ca/chain"));
    }

    @Test
    void alterEachMemberInEachWay() {
        assertThat(body("member missing")).doesNotContain("\"name\"");
        assertThat(body("the same member twice").split("\"name\":", -1)).hasSize(3);
        assertThat(kind("changeThing", "member too long"))
                .anyMatch(one -> bytes(one).contains("\"name\":\"" + "a".repeat(21) + "\""));
        assertThat(kind("changeThing", "member of another type"))
                .anyMatch(one -> bytes(one).contains("\"count\":\"x\""))
                .anyMatch(one -> bytes(one).contains("\"name\":null"))
                .noneMatch(one -> bytes(one).contains("\"count\":7"));
        assertThat(kind("changeThing", "number above its most"))
                .allMatch(one -> bytes(one).contains("\"count\":10"));
        assertThat(body("none of the words")).contains("\"kind\":\"superuser\"");
        assertThat(kind("changeThing", "member that is not taken"))
                .anyMatch(one -> bytes(one).contains("\"__proto__\":"));
    }

    @Test
    void buildsBombs() {
        assertThat(body("deep objects")).contains("{\"a\":".repeat(10_000));
        assertThat(body("deep lists")).contains("[".repeat(10_000));
        assertThat(body("number of many digits")).contains("9".repeat(100_000));
        assertThat(body("number beyond a double")).contains("1e999999999");
        assertThat(body("lone surrogate")).contains("\"\\ud800\"");
        assertThat(body("more than may be sent").length()).isGreaterThan(262_144);
    }

    @Test
    void sendsBytesThatAreNoText() {
        assertThat(kind("changeThing", "overlong UTF-8"))
                .allMatch(one -> bytes(one).contains("\u00c0\u00af"));
        assertThat(kind("changeThing", "surrogate in UTF-8"))
                .allMatch(one -> bytes(one).contains("\u00ed\u00a0\u0080"));
    }

    @Test
    void saysThatABodyIsSomethingElse() {
        assertThat(kind("changeThing", "media type text/plain"))
                .allMatch(one -> bytes(one).contains("Content-Type: text/plain\r\n"))
                .noneMatch(one -> bytes(one).contains("Content-Type: application/json"));
        assertThat(kind("listThings", "body where there is none"))
                .allMatch(one -> one.request().text().isPresent());
    }

    @Test
    void altersEachParameterInEachWay() {
        assertThat(kind("listThings", "parameter twice"))
                .allMatch(one -> one.request().target().endsWith("?limit=1&limit=1"));
        assertThat(kind("listThings", "number beyond 64 bits"))
                .allMatch(one -> one.request().target().endsWith("limit=99999999999999999999"));
        assertThat(kind("changeThing", "id of another form"))
                .noneMatch(one -> one.request().target().contains(ExampleContract.ID));
        assertThat(kind("changeThing", "header of another form"))
                .allMatch(one -> headersOf(one.request(), "If-Match") == 1);
        assertThat(kind("changeThing", "header twice"))
                .allMatch(one -> headersOf(one.request(), "If-Match") == 2);
        assertThat(kind("listThings", "header that is not taken"))
                .anyMatch(one -> headersOf(one.request(), "Idempotency-Key") == 1);
    }

    private static long headersOf(Request request, String name) {
        return request.headers().stream().filter(line -> line.startsWith(name + ": ")).count();
    }

    @Test
    void letsMembersBeWhereTheContractIsOpen() {
        assertThat(mutations.of(ExampleContract.operation("open")))
                .noneMatch(one -> one.kind().equals("member that is not taken"));
    }
}
