/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code breakwater release scan}: what is stored, by the rules that count now. */
@Command(
        name = "scan",
        description = {
            "Have the server scan an artifact again, by the rules that count now. What is found blocks new releases of",
            "it; what was published goes on. Ends with 5 when something blocks. To scan a file that is here, see",
            "breakwater scan.",
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater release scan 0198f3a2-5a70-7c11-9d1e-4a3b2c1d0e9f")
final class ScanArtifactCommand implements Callable<Integer> {

    private static final String ARTIFACTS = "artifacts";
    private static final Duration SCAN_WAIT = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** An hour of scanning, and one of waiting for others. */
    private static final int POLLS_MAX = 7_200;

    private final ServerOptions server;

    @Parameters(
            paramLabel = "ARTIFACT",
            description = "The artifact's id, as release artifacts shows it.")
    private String artifact = "";

    ScanArtifactCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public Integer call() {
        try (ApiClient api = server.connect()) {
            ApiAnswer scanned = scanned(api);
            boolean isClean = scanned.json().path("verdict").asString().equals("clean");
            server.print(scanned, ReleaseCommand.ARTIFACT_SHEET);
            if (isClean) {
                return ExitCode.OK.number();
            }
            server.terminal()
                    .say(
                            "New releases of it are blocked. What was published of it goes on: withdraw it, or let somebody who may waive each finding.");
            server.terminal().next("release", "findings", artifact);
            return ExitCode.CHECK_FAILED.number();
        }
    }

    private ApiAnswer scanned(ApiClient api) {
        ApiAnswer first =
                api.send(
                        ApiRequest.post(ARTIFACTS, artifact, "scans")
                                .waiting(SCAN_WAIT)
                                .repeatably());
        ApiAnswer now = first;
        for (int poll = 0; poll < POLLS_MAX && isScanning(now); poll++) {
            pause();
            now = api.send(ApiRequest.get(ARTIFACTS, artifact));
        }
        if (isScanning(now)) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE, "the server scans for too long; ask again later");
        }
        if (isScanning(first) && scannedAt(first).equals(scannedAt(now))) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    "the scan broke off, as when the server is started anew; scan it again");
        }
        return now;
    }

    private static boolean isScanning(ApiAnswer answer) {
        return answer.json().path("scanning").asBoolean(false);
    }

    private static String scannedAt(ApiAnswer answer) {
        return answer.json().path("scannedAt").asString("");
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.UNREACHABLE, "interrupted while waiting", interrupted);
        }
    }
}
