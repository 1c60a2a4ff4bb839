/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A fish tank that ends when it is known whether it can connect, and says so. It is a process of
 * its own, since a PKCS#11 module reads the environment when it is loaded.
 */
final class StolenTankProgram {

    private static final long PATIENCE_SECONDS = 60;

    private StolenTankProgram() {}

    public static void main(String[] words) throws InterruptedException {
        CountDownLatch known = new CountDownLatch(1);
        try (FishTankFirmware _ =
                FishTankFirmware.start(
                        new ProvisioningFile(Path.of(words[0])),
                        Path.of(words[1]),
                        new SimulatedTank(Clock.systemUTC(), 1).hardware(),
                        state -> say(state, known),
                        AgentEnvironment.ofSystem())) {
            System.out.println("ended=" + known.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (IOException unusable) {
            System.out.println("unusable=" + unusable.getMessage());
        }
    }

    private static void say(AgentState state, CountDownLatch known) {
        switch (state) {
            case AgentState.Connected _ -> {
                System.out.println("connected");
                known.countDown();
            }
            case AgentState.Refused(var reason, _) -> {
                System.out.println("refused=" + reason.text());
                known.countDown();
            }
            case AgentState.KeyUnusable(String reason, _) -> {
                System.out.println("unusable=" + reason);
                known.countDown();
            }
            case AgentState.Unenrolled _,
                    AgentState.Enrolled _,
                    AgentState.Connecting _,
                    AgentState.Stopped _ ->
                    System.out.println(state.getClass().getSimpleName());
        }
    }
}
