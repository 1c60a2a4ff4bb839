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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device whose TPM is gone for a while, or is another one than its keys were made in. */
@Tag("system")
@Timeout(120)
final class AbsentTpmTest {

    @TempDir Path directory;
    private BareTpm tpm;
    private AttestingServer server;

    @BeforeEach
    void start() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        tpm = makeTpm("tpm");
        server = new AttestingServer(directory);
        server.believe(Tpm.at(tpm.socket()));
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        if (tpm != null) {
            tpm.close();
        }
    }

    @Test
    void aTankWhoseTpmIsGoneSaysSoAndIsThereAgainWithIt() throws Exception {
        Path place = directory.resolve("tank");
        try (AttestingTank tank = AttestingTank.startNew(server, place, keysIn(tpm))) {
            tank.passRestsUntil(AgentState.Connected.class);
            List<String> refusals = server.administrator().refusals();
            tpm.pullOut();
            // What goes on needs no signature: the tank does not notice before it connects anew.
            tank.report(24.5);
            server.restart();

            AgentState.KeyUnusable gone = tank.passRestsUntil(AgentState.KeyUnusable.class);

            assertThat(gone.reason()).contains(tpm.socket().toString());
            assertThat(server.tank().path("connected").asBoolean()).isFalse();
            tpm.putBack();
            tank.passRestsUntil(AgentState.Connected.class);
            tank.report(24.6);
            assertThat(server.assurances()).containsOnly("attested");
            // A key that cannot be used is no refusal, and asks for none.
            assertThat(server.administrator().refusals()).isEqualTo(refusals);
        }
    }

    private BareTpm makeTpm(String name) throws Exception {
        return BareTpm.make(Files.createDirectory(directory.resolve(name)));
    }

    private static KeyPlace keysIn(BareTpm tpm) {
        return new KeyPlace.Tpm(tpm.socket());
    }
}
