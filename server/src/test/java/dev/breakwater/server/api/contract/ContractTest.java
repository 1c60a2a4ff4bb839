/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.server.api.contract.ContractViolation.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each way in which a request can fall outside the contract, and the name of the member at fault.
 */
class ContractTest {

    private static final Contract CONTRACT = Contract.read(SmallDocument.sound(), 8);

    @Test
    void letsAFittingRequestThrough() throws ContractViolation {
        Routing.Found found = tank("GET");
        Values values =
                CONTRACT.values(found, "limit=5&deep=true", Map.of("If-Match", List.of("\"7\"")));
        assertThat(values.text("tankId")).isEqualTo("t-1");
        assertThat(values.optionalInteger("limit")).contains(5);
        assertThat(values.optionalText("If-Match")).contains("\"7\"");
        assertThat(values.optionalText("name")).isEmpty();
    }

    @Test
    void findsGetForHead() throws ContractViolation {
        assertThat(tank("HEAD").operation().id()).isEqualTo("getTank");
    }

    @Test
    void prefersAFixedWordToAParameter() throws ContractViolation {
        assertThat(CONTRACT.route("GET", "/tanks/newest"))
                .isInstanceOfSatisfying(
                        Routing.Found.class,
                        found -> assertThat(found.operation().id()).isEqualTo("getNewestTank"));
    }

    @Test
    void knowsNoPathOutsideTheDocument() throws ContractViolation {
        assertThat(CONTRACT.route("GET", "/tanks/t-1/fish")).isEqualTo(new Routing.NoSuchPath());
        assertThat(CONTRACT.route("GET", "/")).isEqualTo(new Routing.NoSuchPath());
    }

    @Test
    void saysWhichMethodsAreOffered() throws ContractViolation {
        assertThat(CONTRACT.route("OPTIONS", "/tanks/t-1"))
                .isInstanceOfSatisfying(
                        Routing.MethodNotOffered.class,
                        refused ->
                                assertThat(refused.offered())
                                        .containsExactly("GET", "HEAD", "POST"));
    }

    static Stream<Arguments> queries() {
        return Stream.of(
                Arguments.of("unknown=1", "unknown", "is not a parameter"),
                Arguments.of("limit=1&limit=2", "limit", "once"),
                Arguments.of("limit=0", "limit", "minimum"),
                Arguments.of("limit=11", "limit", "maximum"),
                Arguments.of("limit=abc", "limit", "whole number"),
                Arguments.of("limit=-1", "limit", "whole number"),
                Arguments.of("limit=01", "limit", "whole number"),
                Arguments.of("limit=1.0", "limit", "whole number"),
                Arguments.of("limit=99999999999999999999", "limit", "whole number"),
                Arguments.of("limit=", "limit", "whole number"),
                Arguments.of("deep=yes", "deep", "true or false"),
                Arguments.of("name=" + "x".repeat(21), "name", "20 characters"),
                Arguments.of("name=a+b", "name", "plus"),
                Arguments.of("name=%ff", "name", "UTF-8"),
                Arguments.of("name=%c0%ae", "name", "UTF-8"),
                Arguments.of("name=%2", "name", "percent"),
                Arguments.of("name=%zz", "name", "percent"),
                Arguments.of("limit", "limit", "name=value"),
                Arguments.of("limit=1&", "query", "name=value"),
                Arguments.of("na%6de=a", "na%6de", "is not a parameter"),
                Arguments.of("_method=DELETE", "_method", "is not a parameter"),
                Arguments.of("name=" + "x".repeat(3_000), "query", "2048"));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void namesTheParameterAtFault(String query, String name, String text) throws Exception {
        Routing.Found found = tank("GET");
        ContractViolation violation = refused(() -> CONTRACT.values(found, query, Map.of()));
        assertThat(violation.faults().getFirst().name()).isEqualTo(name);
        assertThat(violation.kind()).isEqualTo(Kind.PARAMETER_REFUSED);
        assertThat(violation.faults().getFirst().text()).contains(text);
    }

    @Test
    void refusesAPathParameterOfAnotherForm() throws Exception {
        Routing.Found found = (Routing.Found) CONTRACT.route("GET", "/tanks/T:1");
        ContractViolation violation = refused(() -> CONTRACT.values(found, null, Map.of()));
        assertThat(violation.faults().getFirst().place()).isEqualTo(Fault.Place.PATH);
        assertThat(violation.faults().getFirst().name()).isEqualTo("tankId");
    }

    @Test
    void refusesAHeaderThatIsGivenTwice() throws Exception {
        Routing.Found found = tank("GET");
        Map<String, List<String>> headers = Map.of("if-match", List.of("\"1\"", "\"2\""));
        ContractViolation violation = refused(() -> CONTRACT.values(found, null, headers));
        assertThat(violation.kind()).isEqualTo(Kind.HEADER_REFUSED);
        assertThat(violation.faults().getFirst().name()).isEqualTo("if-match");
    }

    @Test
    void refusesAHeaderOfOursThatTheOperationDoesNotTake() throws Exception {
        Routing.Found found = tank("POST");
        Map<String, List<String>> headers = Map.of("If-Match", List.of("\"1\""));
        ContractViolation violation = refused(() -> CONTRACT.values(found, null, headers));
        assertThat(violation.kind()).isEqualTo(Kind.HEADER_REFUSED);
    }

    @Test
    void refusesAMissingParameter() throws Exception {
        Routing.Found found = (Routing.Found) CONTRACT.route("GET", "/tanks/newest");
        ContractViolation violation = refused(() -> CONTRACT.values(found, null, Map.of()));
        assertThat(violation.faults().getFirst())
                .hasToString("Fault[place=QUERY, name=shore, text=is missing]");
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("{\"name\":\"a\",\"x\":1}", Kind.BODY_REFUSED, "/x"),
                Arguments.of(
                        "{\"name\":\"a\",\"fish\":[{\"x\":1}]}", Kind.BODY_REFUSED, "/fish/0/x"),
                Arguments.of("{}", Kind.BODY_REFUSED, "/name"),
                Arguments.of("{\"name\":7}", Kind.BODY_REFUSED, "/name"),
                Arguments.of("{\"name\":null}", Kind.BODY_REFUSED, "/name"),
                Arguments.of("{\"name\":\"" + "x".repeat(21) + "\"}", Kind.BODY_REFUSED, "/name"),
                Arguments.of("{\"name\":\"a\",\"litres\":1.5}", Kind.BODY_REFUSED, "/litres"),
                Arguments.of("{\"name\":\"a\",\"litres\":1e3}", Kind.BODY_REFUSED, "/litres"),
                Arguments.of("[]", Kind.BODY_REFUSED, ""),
                Arguments.of("\"name\"", Kind.BODY_REFUSED, ""),
                Arguments.of("null", Kind.BODY_REFUSED, ""));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void namesTheMemberAtFault(String body, Kind kind, String pointer) throws Exception {
        Operation operation = tank("POST").operation();
        ContractViolation violation =
                refused(() -> CONTRACT.body(operation, body.getBytes(StandardCharsets.UTF_8)));
        assertThat(violation.kind()).isEqualTo(kind);
        assertThat(violation.faults()).extracting(Fault::name).contains(pointer);
    }

    @Test
    void boundsWhatItSaysOfAnEndlessMember() throws Exception {
        String body = "{\"name\":\"a\",\"" + "x".repeat(250) + "\":1}";
        Operation operation = tank("POST").operation();
        ContractViolation violation =
                refused(() -> CONTRACT.body(operation, body.getBytes(StandardCharsets.UTF_8)));
        assertThat(violation.faults().getFirst().name()).hasSizeLessThan(200);
    }

    static Stream<Arguments> mediaTypes() {
        return Stream.of(
                Arguments.of("application/json", true),
                Arguments.of("application/json; charset=utf-8", true),
                Arguments.of("Application/JSON", true),
                Arguments.of("application/json; charset=utf-16", false),
                Arguments.of("text/plain", false),
                Arguments.of("application/x-www-form-urlencoded", false),
                Arguments.of("multipart/form-data; boundary=x", false),
                Arguments.of("application/json, text/plain", false),
                Arguments.of(null, false));
    }

    @ParameterizedTest
    @MethodSource("mediaTypes")
    void takesOneMediaType(@Nullable String given, boolean taken) throws Exception {
        Operation operation = tank("POST").operation();
        ThrowingCallable check =
                () -> CONTRACT.mediaType(operation, true, Optional.ofNullable(given));
        ContractViolation violation = catchThrowableOfType(ContractViolation.class, check);
        if (taken) {
            assertThat(violation).isNull();
        } else {
            assertThat(violation.kind()).isEqualTo(Kind.MEDIA_TYPE_REFUSED);
        }
    }

    @Test
    void refusesABodyWhereNoneIsTaken() throws Exception {
        Operation operation = tank("GET").operation();
        CONTRACT.mediaType(operation, false, Optional.empty());
        ContractViolation violation =
                refused(() -> CONTRACT.mediaType(operation, true, Optional.of("text/plain")));
        assertThat(violation.kind()).isEqualTo(Kind.BODY_NOT_TAKEN);
    }

    @Test
    void findsWhatAReplyLacks() throws Exception {
        Operation operation = tank("GET").operation();
        Optional<String> json = Optional.of("application/json");
        JsonMapper mapper = JsonMapper.shared();
        assertThat(
                        CONTRACT.faultsOfReply(
                                operation,
                                200,
                                json,
                                Optional.of(mapper.readTree("{\"name\":\"a\"}"))))
                .isEmpty();
        assertThat(CONTRACT.faultsOfReply(operation, 200, json, Optional.of(mapper.readTree("{}"))))
                .extracting(Fault::name)
                .containsExactly("/name");
        assertThat(CONTRACT.faultsOfReply(operation, 201, json, Optional.empty())).isNotEmpty();
        assertThat(CONTRACT.faultsOfReply(operation, 200, Optional.empty(), Optional.empty()))
                .isNotEmpty();
        assertThat(
                        CONTRACT.faultsOfReply(
                                operation, 200, Optional.of("text/html"), Optional.empty()))
                .isNotEmpty();
    }

    private static Routing.Found tank(String method) throws ContractViolation {
        return (Routing.Found) CONTRACT.route(method, "/tanks/t-1");
    }

    private static ContractViolation refused(ThrowingCallable check) {
        ContractViolation violation = catchThrowableOfType(ContractViolation.class, check);
        assertThat(violation).as("a violation").isNotNull();
        return violation;
    }
}
