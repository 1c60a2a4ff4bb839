/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.trust.FoundTarget;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The families "delegations" and "quoting" of the conformance suite. */
class DelegationsTest {

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private Client client;

    @BeforeEach
    void startClient() {
        client = new Client(directory.resolve("trust"), repository, clock);
    }

    private static PathScope paths(String... patterns) {
        return new PathScope.Patterns(List.of(patterns));
    }

    /** The names of roles whose files were asked for, after those of the top level. */
    private List<String> visited() {
        return repository.metadata().takeRequests().stream()
                .skip(4)
                .map(name -> name.replaceAll("^\\d+\\.|\\.json$", ""))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // delegations as "from>to", with an exclamation mark if terminating, a pattern after a
        // colon
        "one,                     targets>A, A",
        "two,                     targets>A targets>B, A B",
        "two levels,              targets>A targets>B B>C, A B C",
        "depth first,             targets>A targets>B A>C A>D, A C D B",
        "three levels,            targets>A targets>B A>C C>D, A C D B",
        "terminating,             targets>A targets>B A>C! A>D, A C",
        "terminating above,       targets>A targets>B A>C! C>D, A C D",
        "terminating at the top,  targets>A! targets>B A>C, A C",
        "terminating unmatched,   targets>A!:*.py targets>B, B",
        "paths do not match,      targets>A:*.py targets>B A>C, B",
        "lower paths do not,      targets>A targets>B A>C:*.py C>D, A B",
        "cycle,                   targets>A targets>B B>C C>D D>B, A B C D",
        "to itself,               targets>A A>A, A",
        "two to a third,          targets>A targets>B B>C A>C, A C B",
        "by one way only,         targets>A targets>B B>C A>C:*.py, A B C"
    })
    void asksInTheOrderOfTheSpecification(String name, String graph, String order)
            throws Exception {
        for (String edge : graph.split(" ", -1)) {
            String[] parts = edge.split("[>:]", -1);
            repository.delegate(
                    parts[0],
                    parts[1].replace("!", ""),
                    parts[1].endsWith("!"),
                    paths(parts.length > 2 ? parts[2] : "*"));
        }
        repository.publishAll();
        assertThat(client.refresh().find("missingpath")).as(name).isEmpty();
        assertThat(visited()).isEqualTo(Arrays.asList(order.split(" ", -1)));
    }

    @ParameterizedTest
    @CsvSource({
        "targetfile, true, ''",
        "README.md, true, A",
        "releases/x/x_v1, true, B C",
        "releases/y/y_v1.zip, true, B D",
        "releases/z/z_v1.zip, false, B"
    })
    void findsWhatEverybodyOnTheWayMaySpeakOf(String path, boolean found, String order)
            throws Exception {
        repository.delegate("targets", "A", false, paths("*.doc", "*.md"));
        repository.delegate("targets", "B", false, paths("releases/*/*"));
        repository.delegate("B", "C", false, paths("releases/x/*"));
        repository.delegate("B", "D", false, paths("releases/y/*.zip"));
        repository.addTarget("targets", "targetfile", "by targets".getBytes(UTF_8));
        repository.addTarget("A", "README.md", "by A".getBytes(UTF_8));
        repository.addTarget("C", "releases/x/x_v1", "by C".getBytes(UTF_8));
        repository.addTarget("D", "releases/y/y_v1.zip", "by D".getBytes(UTF_8));
        repository.addTarget("D", "releases/z/z_v1.zip", "by D".getBytes(UTF_8));
        repository.publishAll();
        if (found) {
            assertThat(client.download(path)).asString(UTF_8).startsWith("by ");
        } else {
            Client.isRefused(UpdateFault.NO_SUCH_TARGET, () -> client.download(path));
        }
        assertThat(String.join(" ", visited())).isEqualTo(order);
    }

    @Test
    void findsByTheHashOfThePath() throws Exception {
        // The SHA-256 of "a" begins with ca97, that of "b" with 3e23.
        repository.delegate("targets", "bin-c", true, new PathScope.HashPrefixes(List.of("ca")));
        repository.delegate("targets", "bin-3", true, new PathScope.HashPrefixes(List.of("3")));
        repository.addTarget("bin-c", "a", new byte[] {1});
        repository.addTarget("bin-c", "b", new byte[] {2});
        repository.publishAll();
        assertThat(client.download("a")).containsExactly(1);
        assertThat(visited()).containsExactly("bin-c");
        Client.isRefused(UpdateFault.NO_SUCH_TARGET, () -> client.download("b"));
    }

    @Test
    void believesTheFirstOfTwoWhoKnowIt() throws Exception {
        repository.delegate("targets", "A", false, paths("*"));
        repository.delegate("targets", "B", false, paths("*"));
        repository.addTarget("B", "x", new byte[] {2});
        repository.addTarget("A", "x", new byte[] {1});
        repository.publishAll();
        assertThat(client.download("x")).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32})
    void asksNotMoreRolesThanTheLimit(int delegated) throws Exception {
        for (int i = 0; i < delegated; i++) {
            repository.delegate("targets", "role" + i, false, paths("*"));
        }
        repository.publishAll();
        TrustedRepository trusted = client.refresh();
        if (delegated == 31) {
            assertThat(trusted.find("x")).isEmpty();
        } else {
            Client.isRefused(UpdateFault.TOO_MANY_ROLES, () -> trusted.find("x"));
        }
    }

    @Test
    void refusesADelegatedRoleThatAnotherKeyHasSigned() throws Exception {
        repository.delegate("targets", "A", false, paths("*"));
        repository.addTarget("A", "a", new byte[] {1});
        repository.signers("A").set(0, TestSigners.fresh());
        repository.publishAll();
        Client.isRefused(UpdateFault.WRONG_SIGNATURES, () -> client.download("a"));
        assertThat(client.keptFiles()).doesNotContain("A.json");
    }

    @Test
    void refusesADelegatedRoleByTheKeyThatWasTakenFromIt() throws Exception {
        repository.delegate("targets", "A", false, paths("*"));
        repository.addTarget("A", "a", new byte[] {1});
        repository.publishAll();
        assertThat(client.download("a")).containsExactly(1);
        PrivateKeySigner old = repository.signers("A").set(0, TestSigners.fresh());
        repository.delegate("targets", "A", false, paths("*"));
        repository.publishAll();
        assertThat(client.download("a")).containsExactly(1);
        repository.signers("A").set(0, old);
        repository.publishAll();
        Client.isRefused(UpdateFault.WRONG_SIGNATURES, () -> client.download("a"));
    }

    @Test
    void usesNoDelegatedRoleThatHasExpired() throws Exception {
        repository.delegate("targets", "A", false, paths("*"));
        repository.addTarget("A", "a", new byte[] {1});
        repository.setExpiry("A", clock.instant().minus(Duration.ofDays(1)));
        repository.publishAll();
        client.refresh();
        Client.isRefused(UpdateFault.EXPIRED, () -> client.download("a"));
        assertThat(client.keptFiles()).doesNotContain("A.json");
        repository.setExpiry("A", clock.instant().plus(Duration.ofDays(7)));
        repository.publishAll();
        assertThat(client.download("a")).containsExactly(1);
        clock.advance(Duration.ofDays(18));
        Client.isRefused(UpdateFault.EXPIRED, () -> client.download("a"));
        repository.setExpiry("A", clock.instant().plus(Duration.ofDays(7)));
        repository.publishAll();
        assertThat(client.download("a")).containsExactly(1);
    }

    @Test
    void fetchesADelegatedRoleOnce() throws Exception {
        repository.delegate("targets", "A", false, paths("*"));
        repository.addTarget("A", "a", new byte[] {1});
        repository.publishAll();
        client.download("a");
        repository.metadata().takeRequests();
        client.download("a");
        assertThat(repository.metadata().takeRequests())
                .containsExactly("2.root.json", "timestamp.json");
    }

    @ParameterizedTest
    @CsvSource({
        "'?', 1.%3F.json, %3F.json",
        "'#', 1.%23.json, %23.json",
        "/delegatedrole, 1.%2Fdelegatedrole.json, %2Fdelegatedrole.json",
        "../delegatedrole, 1...%2Fdelegatedrole.json, ..%2Fdelegatedrole.json",
        "Ä %, 1.%C3%84%20%25.json, %C3%84%20%25.json"
    })
    void quotesNamesInRequestsAndOfFiles(String role, String request, String file)
            throws Exception {
        repository.delegate("targets", role, false, paths("*"));
        repository.publishAll();
        assertThat(client.refresh().find("nonexistent target")).isEmpty();
        assertThat(repository.metadata().takeRequests()).contains(request);
        assertThat(client.keptFiles()).hasSize(5).contains(file);
        try (var outside = Files.list(directory)) {
            assertThat(outside).hasSize(1);
        }
    }

    @Test
    void quotesPathsLevelByLevelAndRefusesWaysOut() throws Exception {
        repository.addTarget("targets", "a b/c#?.img", new byte[] {1});
        repository.addTarget("targets", "../../etc/passwd", new byte[] {1});
        repository.addTarget("targets", "/etc/passwd", new byte[] {1});
        repository.addTarget("targets", "a/./b", new byte[] {1});
        repository.publishAll();
        TrustedRepository trusted = client.refresh();
        Optional<FoundTarget> quoted = trusted.find("a b/c#?.img");
        assertThat(quoted.orElseThrow().remotePath()).matches("a%20b/[0-9a-f]{64}\\.c%23%3F\\.img");
        for (String path : List.of("../../etc/passwd", "/etc/passwd", "a/./b")) {
            Client.isRefused(UpdateFault.UNSAFE_PATH, () -> trusted.find(path));
        }
    }
}
