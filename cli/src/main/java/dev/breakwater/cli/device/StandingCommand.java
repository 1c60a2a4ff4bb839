/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ServerChoice;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code breakwater device standing}: what a buyer asks first. The options that lead to the server
 * are those of {@code breakwater device}; nobody needs to be logged in.
 */
@Command(
        name = "standing",
        description = {
            "Say whether a device is free, owned or reported stolen, to whoever has read its label.",
            "Takes no account; a label that no maker has entered is not found."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  breakwater device standing tank-1 ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0 \\",
            "      --server https://iot.example:8443 --root sha256:0f1e..."
        })
public final class StandingCommand implements Runnable {

    private static final Columns STANDING = Columns.none().and("STANDING", "standing");

    private final ServerOptions server;

    @Mixin private ServerChoice choice = new ServerChoice();

    @Parameters(index = "0", paramLabel = "SERIAL", description = "The serial on its label.")
    private String serial = "";

    @Parameters(
            index = "1",
            paramLabel = "HASH",
            description = "The hash of the set-up key on its label.")
    private String key = "";

    /** With the options of the command above. */
    public StandingCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public void run() {
        Profile chosen = choice.chosen(server.file());
        try (ApiClient api = ApiClient.withoutToken(chosen.server(), chosen.root())) {
            ApiRequest question =
                    ApiRequest.get("device-standing")
                            .with("serial", (Object) serial)
                            .with("setupKeyHash", (Object) key);
            ApiAnswer answer = api.send(question);
            server.print(answer, STANDING);
        }
    }
}
