/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code breakwater device owner}: the customers whose device it is. */
@Command(
        name = "owner",
        description = "Say whose a device is: the customers who may see and command it.")
public final class OwnerCommand {

    private static final String DEVICE = "Its id or its serial.";
    private static final String MEMBER = "Their id or address; members whose role is device-owner.";

    private static final Columns COLUMNS =
            Columns.none().and("MEMBER", "memberId").and("SINCE", "since");

    /** The options are those of {@link DeviceCommand}, which this command inherits. */
    private final ServerOptions server;

    /** Below {@link DeviceCommand}, with its options. */
    public OwnerCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show a device's owners, the first one first.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device owner list tank-1")
    void list(@Parameters(paramLabel = "DEVICE", description = DEVICE) String device) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiAnswer answer = api.send(ApiRequest.get("devices", id, "owners"));
            server.printPage(answer, COLUMNS, "device", "owner", "list", device);
        }
    }

    @Command(
            description = {
                "Make a member an owner of the device.",
                "Of a member whose role is device-owner their devices are all they can see."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater device owner add tank-1 bob@home.example")
    void add(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String device,
            @Parameters(index = "1", paramLabel = "MEMBER", description = MEMBER) String member) {
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    ApiRequest.create(
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("memberId", Names.memberId(api, member)),
                            "devices",
                            Names.deviceId(api, device),
                            "owners");
            server.print(api.send(request), COLUMNS);
            server.terminal().say("The device " + device + " is " + member + "'s.");
            server.terminal().next("device", "owner", "list", device);
        }
    }

    @Command(
            description = "Take the device from an owner. It counts from their next request on.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device owner remove tank-1 bob@home.example")
    void remove(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String device,
            @Parameters(index = "1", paramLabel = "MEMBER", description = MEMBER) String member) {
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    ApiRequest.delete(
                            "devices",
                            Names.deviceId(api, device),
                            "owners",
                            Names.memberId(api, member));
            server.print(api.send(request), COLUMNS);
            server.terminal().say("The device " + device + " is " + member + "'s no longer.");
            server.terminal().next("device", "owner", "list", device);
        }
    }
}
