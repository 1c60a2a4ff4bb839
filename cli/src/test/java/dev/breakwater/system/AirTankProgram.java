/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.setup.ListeningSockets;
import dev.breakwater.device.setup.SetupMode;
import dev.breakwater.device.setup.SetupWatcher;
import dev.breakwater.fishtank.OwnedTank;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupState;
import dev.breakwater.testkit.netns.Air;
import dev.breakwater.testkit.netns.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * An owned fish tank in the namespace it is started in, with simulated hardware and the radio of
 * that namespace. It says how it goes and what it listens on, and ends with its input.
 */
final class AirTankProgram {

    private AirTankProgram() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        AgentEnvironment environment = AgentEnvironment.ofSystem();
        Thread.ofPlatform().daemon().start(AirTankProgram::endWithInput);
        new OwnedTank(
                        Path.of(words[0]),
                        Path.of(words[1]),
                        new OwnedTank.Surroundings(
                                new SimulatedTank(environment.clock(), 7).hardware(),
                                new NamespaceRadio(
                                        new Air(Path.of(words[2])), Namespace.named(words[3])),
                                SetupPaths.PORT,
                                new Watcher(),
                                AirTankProgram::say,
                                SetupMode.Surroundings.ofSystem(),
                                environment))
                .run();
    }

    /** Whoever started it has ended, if only by being killed. */
    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                say("listens on " + ListeningSockets.ofThisProcess());
            }
        } catch (IOException broken) {
            say("no input: " + broken.getMessage());
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(AgentState state) {
        say("agent " + state.getClass().getSimpleName());
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static final class Watcher implements SetupWatcher {

        @Override
        public void reachable(InetSocketAddress where) {
            try {
                say("reachable, listens on " + ListeningSockets.ofThisProcess());
            } catch (IOException untold) {
                throw new UncheckedIOException(untold);
            }
        }

        @Override
        public void reached(SetupState state) {
            say("set-up " + state);
        }
    }
}
