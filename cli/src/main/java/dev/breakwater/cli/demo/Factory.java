/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.server.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where tanks are made that come with a code to enroll with.
 *
 * @param directory where their storage lies
 * @param codes one code for all of them
 */
record Factory(Path directory, RunningServer server, String host, String codes) {

    /** What a tank is told of its server. */
    ObjectNode provisioned(String serial) {
        return Operator.object()
                .put("host", host)
                .put("channelPort", server.listeners().channel())
                .put("enrollmentPort", server.listeners().enrollment())
                .put("rootFingerprint", RootFingerprint.of(server.root()).hex())
                .put("serial", serial)
                .put("enrollmentCode", codes);
    }

    /** Starts a tank in this process, with sensors that are simulated. */
    FishTankFirmware start(String serial, AgentListener listener) throws IOException {
        Path provisioning = directory.resolve(serial + ".json");
        Files.writeString(provisioning, provisioned(serial).toString());
        AgentEnvironment environment = AgentEnvironment.ofSystem();
        return FishTankFirmware.start(
                new ProvisioningFile(provisioning),
                directory.resolve(serial),
                new SimulatedTank(environment.clock(), serial.hashCode()).hardware(),
                listener,
                environment);
    }
}
