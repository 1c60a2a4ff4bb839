/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A fish tank that ends when it has renewed its certificate and connected with the next. It is a
 * process of its own, since a PKCS#11 module reads the environment when it is loaded. Its clock
 * goes forward when it is told so by a line, as its server's does by then.
 */
final class TokenTankProgram {

    /** After two thirds and the spread of a month, before its end. */
    static final Duration PAST_DUE = Duration.ofDays(25);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TokenTankProgram() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        ProvisioningFile file = new ProvisioningFile(Path.of(words[0]));
        Path data = Path.of(words[1]);
        RenewingClock clock = new RenewingClock();
        try (FishTankFirmware tank =
                FishTankFirmware.start(
                        file,
                        data,
                        new SimulatedTank(clock.clock, 1).hardware(),
                        clock,
                        new AgentEnvironment(
                                clock.clock,
                                Thread::sleep,
                                AgentEnvironment.ofSystem().random()))) {
            System.out.println("renewed=" + clock.awaitRenewed());
            System.out.println("reported=" + tank.flush(PATIENCE));
        }
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(data),
                        WrappingKeyFile.openOrCreate(
                                data.resolveSibling(data.getFileName() + ".key")));
        Provisioning told = file.read();
        System.out.println("keys=" + told.keys().open(storage, told.serial()).names().size());
    }

    /** Goes forward past two thirds of a month, once. */
    private static final class RenewingClock implements AgentListener {

        private final TestClock clock = TestClock.atPresent();
        private final CountDownLatch renewed = new CountDownLatch(1);
        private int connections;

        @Override
        public void stateChanged(AgentState state) {
            System.out.println("state=" + state.getClass().getSimpleName());
            if (state instanceof AgentState.Connected) {
                connections++;
                if (connections == 1) {
                    // Before the agent begins to wait for the next renewal, by the hour.
                    goForwardWhenToldTo();
                } else {
                    renewed.countDown();
                }
            }
        }

        private void goForwardWhenToldTo() {
            try {
                if (System.in.read() >= 0) {
                    clock.advance(PAST_DUE);
                }
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        boolean awaitRenewed() throws InterruptedException {
            return renewed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
