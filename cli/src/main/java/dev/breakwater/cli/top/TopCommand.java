/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.top;

import dev.breakwater.cli.client.OperationsPort;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code breakwater top}: a running server, watched from the machine it runs on. */
@Command(
        name = "top",
        description = {
            "Watch the server on this machine: connections, rates, queues, refusals, heaviest devices.",
            "It reads the loopback port for operators and needs no token."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  breakwater top", "  breakwater top --once --every 10s"})
public final class TopCommand implements Runnable {

    private static final Duration EVERY_MIN = Duration.ofMillis(100);

    private final Terminal terminal;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9090",
            description = "The server's port for operators (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            defaultValue = "2s",
            description = "How long one look takes, e.g. 500ms or 10s (default: ${DEFAULT-VALUE}).")
    private Duration every = Duration.ofSeconds(2);

    @Option(
            names = "--once",
            description = "Look once, print, and end; so does a terminal that cannot be redrawn.")
    private boolean once;

    /** Shows itself on this terminal. */
    public TopCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (every.compareTo(EVERY_MIN) < 0) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--every is shorter than " + EVERY_MIN.toMillis() + " ms");
        }
        try (OperationsPort operations = new OperationsPort(port)) {
            MetricsPage earlier = look(operations);
            boolean more = true;
            while (more) {
                Thread.sleep(every);
                MetricsPage now = look(operations);
                show(new ServerView(earlier, now, devices(operations)).lines());
                earlier = now;
                more = !once && terminal.canRedraw();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static MetricsPage look(OperationsPort operations) {
        return MetricsPage.parse(operations.get("/metrics"), System.nanoTime());
    }

    private static JsonNode devices(OperationsPort operations) {
        try {
            return JsonMapper.shared().readTree(operations.get("/devices"));
        } catch (JacksonException unreadable) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    "the port answers, but not as a Breakwater server of this version does",
                    unreadable);
        }
    }

    private void show(List<String> lines) {
        if (once || !terminal.canRedraw()) {
            lines.forEach(terminal::result);
        } else {
            terminal.redraw(
                    Stream.concat(
                                    Stream.of(
                                            "breakwater top · port %d · every %d ms · Ctrl-C ends"
                                                    .formatted(port, every.toMillis()),
                                            ""),
                                    lines.stream())
                            .toList());
        }
    }
}
