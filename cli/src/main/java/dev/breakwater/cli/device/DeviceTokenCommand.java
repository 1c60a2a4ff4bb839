/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code breakwater device token}: what devices of products of little risk prove themselves with.
 * The options that lead to the server are those of {@code breakwater device}.
 */
@Command(
        name = "token",
        description = "Make and show tokens of devices whose product permits them.")
public final class DeviceTokenCommand {

    private static final String DEVICE = "Its id or its serial.";

    private static final Columns TOKENS =
            Columns.none()
                    .and("GENERATION", "generation")
                    .and("STATUS", "status")
                    .and("CREATED", "createdAt")
                    .and("EXPIRES", "expiresAt")
                    .and("FINGERPRINT", "fingerprint");

    private final ServerOptions server;

    /** With the options of the command above. */
    public DeviceTokenCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Make a further token for a device. What it has stays good until it has connected with this one;",
                "tokens that have never connected are revoked. The token is shown this once."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater device token create beacon-1 --expires 30d")
    void create(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            description = "How long it is good for; 90d unless said otherwise.")
                    Optional<Duration> expires) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        expires.ifPresent(time -> body.put("validitySeconds", time.toSeconds()));
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiAnswer made = api.send(ApiRequest.create(body, "devices", id, "tokens"));
            server.print(made, DeviceCommand.TOKEN);
            server.terminal()
                    .say("Made a token for " + device + ". Keep it: the server has only a hash.");
            server.terminal().next("device", "token", "list", device);
        }
    }

    @Command(
            description = "Show a device's tokens, without their secrets.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device token list beacon-1")
    void list(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiAnswer tokens = api.send(page.of(ApiRequest.get("devices", id, "tokens")));
            server.printPage(tokens, TOKENS, "device", "token", "list", device);
        }
    }
}
