/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.tamper.TamperResponse;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.message.Json;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the factory decides about a tank that its owner sets up, a file of JSON that no erasure
 * touches:
 *
 * <pre>{@code
 * {
 *   "serial": "tank-4711",
 *   "network": "Tank 4711",
 *   "passphrase": "qmx4-8rtz-w2k7",
 *   "tamper": "erase"
 * }
 * }</pre>
 *
 * @param serial the tank's
 * @param network the name of the network that it opens for its set-up
 * @param passphrase of that network; it stands on the label too
 * @param tamper {@code erase} or {@code stop}: what the tank does when its lid is opened
 */
record TankBirth(
        DeviceSerial serial, String network, String passphrase, TamperResponse.Choice tamper) {

    private static final int BYTES_MAX = 4096;
    private static final Set<String> MEMBERS = Set.of("serial", "network", "passphrase", "tamper");

    /**
     * Reads the file.
     *
     * @throws IOException if a member is missing, misspelt or malformed; the text quotes no value
     */
    static TankBirth read(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(BYTES_MAX + 1);
        }
        try {
            ObjectNode object = Json.readObject(content, BYTES_MAX, "a tank's birth");
            if (!Set.copyOf(object.propertyNames()).equals(MEMBERS)) {
                throw new IOException(
                        file + " has the members serial, network, passphrase, tamper");
            }
            return new TankBirth(
                    new DeviceSerial(text(object, "serial")),
                    text(object, "network"),
                    text(object, "passphrase"),
                    switch (text(object, "tamper")) {
                        case "erase" -> TamperResponse.Choice.ERASE;
                        case "stop" -> TamperResponse.Choice.STOP;
                        default -> throw new IllegalArgumentException("tamper is erase or stop");
                    });
        } catch (MalformedMessage | IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    private static String text(ObjectNode object, String member) {
        JsonNode node = object.path(member);
        if (!node.isString()) {
            throw new IllegalArgumentException(member + " is a string");
        }
        return node.stringValue();
    }

    /** What is printed on the tank. */
    SetupLabel label(SetupKeyHash key) {
        return new SetupLabel(network, passphrase, serial, key);
    }

    @Override
    public String toString() {
        return "TankBirth[" + serial + "]";
    }
}
