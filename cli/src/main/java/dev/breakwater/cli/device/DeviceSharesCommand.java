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
 * {@code breakwater device shares}: who else may see or use a device, because its owner lets them.
 * The options that lead to the server are those of {@code breakwater device}.
 */
@Command(
        name = "shares",
        description = {
            "Show whom a device's owners share it with, and what they offer. Owners end shares themselves; taking",
            "the device from an owner ends theirs."
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater device shares tank-1")
public final class DeviceSharesCommand implements Runnable {

    private static final Columns SHARES =
            Columns.none()
                    .and("OWNER", "owner/email")
                    .and("WITH", "with/email")
                    .and("RIGHT", "right")
                    .and("STATE", "state")
                    .and("SINCE", "acceptedAt")
                    .and("ENDS", "endsAt")
                    .and("SHARE", "id");

    private final ServerOptions server;

    @Parameters(paramLabel = "DEVICE", description = "Its id or its serial.")
    private String device = "";

    /** With the options of the command above. */
    public DeviceSharesCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public void run() {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            server.printPage(
                    api.send(ApiRequest.get("devices", id, "shares")),
                    SHARES,
                    "device",
                    "shares",
                    device);
            server.terminal().next("device", "owner", "list", device);
        }
    }
}
