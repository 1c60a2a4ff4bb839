/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.AgentState;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.testkit.token.BareTpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All that lies on the disk of an attested device, its wrapping key included, beside any TPM. */
@Tag("system")
@Timeout(120)
final class CopiedTpmStorageTest {

    @TempDir Path directory;
    private Path copy;

    @BeforeEach
    void requireTpm() {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        copy = directory.resolve("copy");
    }

    /** The thief's TPM is a genuine one, of a kind that the organization believes. */
    @Test
    void isWorthNothingBesideAnotherTpm() throws Exception {
        try (BareTpm own = makeTpm("own");
                BareTpm thiefs = makeTpm("thiefs");
                AttestingServer server = new AttestingServer(directory)) {
            server.believe(Tpm.at(thiefs.socket()));
            copyAttestedTank(server, own);
            List<String> actions = actions(server);
            List<String> refusals = server.administrator().refusals();

            try (AttestingTank stolen = AttestingTank.startAgain(server, copy, keysIn(thiefs))) {
                for (int i = 0; i < 4; i++) {
                    assertThat(stolen.passRestsUntil(AgentState.KeyUnusable.class).reason())
                            .contains("made by another TPM");
                }
                assertThat(stolen.heard()).noneMatch(AgentState.Connected.class::isInstance);
            }

            assertThat(server.tank().path("connected").asBoolean()).isFalse();
            assertThat(actions(server)).isEqualTo(actions);
            assertThat(server.administrator().refusals()).isEqualTo(refusals);
            assertThat(server.assurances()).containsOnly("attested");
        }
    }

    /** Without this, the test above would say nothing: the copy is whole. */
    @Test
    void isTheDeviceBesideItsOwnTpm() throws Exception {
        try (BareTpm own = makeTpm("own");
                AttestingServer server = new AttestingServer(directory)) {
            copyAttestedTank(server, own);
            try (AttestingTank moved = AttestingTank.startAgain(server, copy, keysIn(own))) {
                moved.passRestsUntil(AgentState.Connected.class);
            }
        }
    }

    private void copyAttestedTank(AttestingServer server, BareTpm own) throws Exception {
        server.believe(Tpm.at(own.socket()));
        Path place = directory.resolve("tank");
        try (AttestingTank tank = AttestingTank.startNew(server, place, keysIn(own))) {
            tank.passRestsUntil(AgentState.Connected.class);
        }
        Tree.copy(place, copy);
    }

    private static List<String> actions(AttestingServer server) {
        return server.administrator().actions(server.tank().path("id").asString());
    }

    private BareTpm makeTpm(String name) throws Exception {
        return BareTpm.make(Files.createDirectory(directory.resolve(name)));
    }

    private static KeyPlace keysIn(BareTpm tpm) {
        return new KeyPlace.Tpm(tpm.socket());
    }
}
