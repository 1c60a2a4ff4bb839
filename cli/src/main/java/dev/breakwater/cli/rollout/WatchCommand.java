/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.LiveTable;
import dev.breakwater.cli.terminal.OutputFormat;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater rollout watch}: how a rollout goes on, as it does. */
@Command(
        name = "watch",
        description = {
            "Show where a rollout stands, with a bar for each wave, until it has ended or is interrupted. On a",
            "screen it is drawn in place; elsewhere, and with -o json a line of JSON each, whenever it changed.",
            "The exit code is 1 if it was aborted."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater rollout watch 0199a6a0-7c00-7000-8000-000000000003",
            "  breakwater rollout watch 0199a6a0-7c00-7000-8000-000000000003 --once -o json"
        })
final class WatchCommand implements Runnable {

    private final ServerOptions server;

    @Parameters(paramLabel = "ROLLOUT", description = RolloutCommand.ROLLOUT)
    private String rollout = "";

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            defaultValue = "2s",
            description = "How often to look, e.g. 2s or 1m (default: ${DEFAULT-VALUE}).")
    private Duration every = Duration.ofSeconds(2);

    @Option(names = "--once", description = "Look once, and end.")
    private boolean once;

    WatchCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public void run() {
        LiveTable table =
                new LiveTable(
                        server.terminal(),
                        "breakwater rollout watch " + rollout + " · Ctrl-C ends");
        String shown = "";
        try (ApiClient api = server.connect()) {
            while (true) {
                ApiAnswer answer = api.send(ApiRequest.get("rollouts", rollout));
                RolloutView view = new RolloutView(answer.json());
                if (server.format() == OutputFormat.TABLE) {
                    table.show(view.lines());
                } else if (!answer.text().equals(shown)) {
                    server.terminal().json(answer.text().strip());
                }
                shown = answer.text();
                if (once || view.hasEnded()) {
                    end(view);
                    return;
                }
                Thread.sleep(every);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(RolloutView view) {
        if (!once && view.state().equals("aborted")) {
            throw new CommandFailed(ExitCode.REFUSED, "the rollout was aborted");
        }
        server.terminal().next("rollout", "devices", rollout);
    }
}
