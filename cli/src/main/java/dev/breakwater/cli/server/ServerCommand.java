/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.client.SystemRoots;
import dev.breakwater.cli.client.Trust;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.ServerAssembly;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.StartRefused;
import dev.breakwater.server.account.FirstSetup;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a server until the process is told to end. */
@Command(
        name = "server",
        description = "Run a server until it is told to end (Ctrl-C or SIGTERM).",
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater server",
            "  breakwater server --config /etc/breakwater/breakwater.toml",
        })
public final class ServerCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Map<String, String> environment;

    @Mixin private final ConfiguredPlace place;

    /** A command that finds its defaults in this environment. */
    public ServerCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = Map.copyOf(environment);
        this.place = new ConfiguredPlace(environment);
    }

    @Override
    public Integer call() throws InterruptedException {
        LogFormat.requireKnown(environment);
        ServerConfiguration configuration = place.configuration();
        CountDownLatch ended = new CountDownLatch(1);
        try {
            RunningServer server = ServerAssembly.start(configuration, Clock.systemUTC());
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        server.close();
                                        ended.countDown();
                                    },
                                    "shutdown"));
            announce(server, configuration);
        } catch (StartRefused refused) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, String.valueOf(refused.getMessage()), refused);
        }
        ended.await();
        return ExitCode.OK.number();
    }

    private void announce(RunningServer server, ServerConfiguration configuration) {
        Listeners at = server.listeners();
        String name = configuration.names().first();
        long sinceStart =
                System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        terminal.result("Breakwater listens, " + sinceStart + " ms after its start.");
        terminal.result(
                "  devices      mqtts://"
                        + name
                        + ":"
                        + at.channel()
                        + " and wss://"
                        + name
                        + ":"
                        + at.channel()
                        + "/mqtt");
        terminal.result(
                "  enrollment   https://" + name + ":" + at.enrollment() + "/.well-known/est");
        terminal.result("  API          https://" + name + ":" + at.api() + "/api/v1");
        terminal.result("  operations   http://127.0.0.1:" + at.operations() + "/metrics");
        terminal.result("  data         " + configuration.dataDirectory());
        terminal.result("  root         SHA-256 " + Fingerprint.of(server.root()));
        switch (server.setup()) {
            case FirstSetup.Announcement.NewCode(var code, var expiresAt) -> {
                terminal.result(
                        "Nobody administrates this server yet. This code makes you its administrator, once, until "
                                + expiresAt
                                + ":");
                terminal.result("  setup code   " + code.reveal());
                terminal.resultNext(
                        "setup",
                        "https://" + name + ":" + at.api(),
                        "--root",
                        trust(server, configuration).toString(),
                        "--code",
                        code.reveal(),
                        "--organization",
                        "My company");
            }
            case FirstSetup.Announcement.CodeWaiting(var expiresAt) ->
                    terminal.result(
                            "The setup code printed at an earlier start is good until "
                                    + expiresAt
                                    + ".");
            case FirstSetup.Announcement.NotNeeded() -> {}
        }
    }

    /** By what the command recognizes the API. */
    private static Trust trust(RunningServer server, ServerConfiguration configuration) {
        return configuration.apiCertificate().isPresent()
                ? new SystemRoots()
                : Fingerprint.of(server.root());
    }
}
