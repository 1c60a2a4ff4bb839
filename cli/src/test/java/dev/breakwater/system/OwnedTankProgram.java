/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.setup.SetupMode;
import dev.breakwater.device.setup.SetupWatcher;
import dev.breakwater.fishtank.OwnedTank;
import dev.breakwater.fishtank.TankRelease;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The process of an owned tank with simulated parts and radio. Of the test it brings this class and
 * the radio; all else is the release's, out of the slot that the launcher started.
 */
final class OwnedTankProgram {

    private OwnedTankProgram() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        System.out.println(
                "Version "
                        + TankRelease.started(System.getenv()).orElseThrow().version().text()
                        + ".");
        OwnedTank tank =
                OwnedTank.started(
                        Path.of(words[0]),
                        Path.of(words[1]),
                        new OwnedTank.Surroundings(
                                new SimulatedTank(Clock.systemUTC(), 5).hardware(),
                                new OneNetworkRadio(),
                                /* setupPort= */ 0,
                                new Console(),
                                state -> System.out.println(state.getClass().getSimpleName()),
                                SetupMode.Surroundings.ofSystem(),
                                AgentEnvironment.ofSystem()),
                        System.getenv());
        System.exit(tank.run());
    }

    private static final class Console implements SetupWatcher {

        @Override
        public void reachable(InetSocketAddress where) {
            System.out.println("Reachable at port " + where.getPort());
        }

        @Override
        public void reached(SetupState state) {}
    }
}
