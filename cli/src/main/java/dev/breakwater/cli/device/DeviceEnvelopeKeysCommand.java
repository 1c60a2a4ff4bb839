/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code breakwater device envelope-keys}: whether commands to a device leave the server sealed.
 * The options that lead to the server are those of {@code breakwater device}.
 */
@Command(
        name = "envelope-keys",
        description = {
            "Show the key of a device's own that its commands are sealed to. A device that has said none is sent",
            "commands in clear, within TLS."
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater device envelope-keys tank-1")
public final class DeviceEnvelopeKeysCommand implements Runnable {

    private static final Columns KEYS =
            Columns.none()
                    .and("SHA256", "sha256")
                    .and("REGISTERED", "registeredAt")
                    .and("SUITE", "suite")
                    .and("PUBLIC KEY", "publicKey");

    private final ServerOptions server;

    @Parameters(paramLabel = "DEVICE", description = "Its id or its serial.")
    private String device = "";

    /** With the options of the command above. */
    public DeviceEnvelopeKeysCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public void run() {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            server.printPage(
                    api.send(ApiRequest.get("devices", id, "envelope-keys")),
                    KEYS,
                    "device",
                    "envelope-keys",
                    device);
            server.terminal().next("command", "list", device);
        }
    }
}
