/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.device.update.launch.Launcher;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.Slot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/**
 * A product that is started from a slot as a process of its own. Which version it is, and what is
 * wrong with it, it reads from the jar in its slot.
 */
public final class PlayedVersion {

    private final String version;
    private final int port;
    private final Updater updater;
    private final Path artifacts;

    private PlayedVersion(String version, int port, Updater updater, Path artifacts) {
        this.version = version;
        this.port = port;
        this.updater = updater;
        this.artifacts = artifacts;
    }

    /** Arguments: a directory for what it keeps, one with artifacts, the server's port. */
    public static void main(String[] arguments) throws Exception {
        Properties own = new Properties();
        try (InputStream in = PlayedVersion.class.getResourceAsStream("/version.properties")) {
            own.load(in);
        }
        String version = own.getProperty("version");
        System.out.println("this is version " + version);
        int port = Integer.parseInt(arguments[2]);
        switch (own.getProperty("defect")) {
            case "crashes" -> System.exit(3);
            case "hangs" -> new CountDownLatch(1).await();
            // Nobody listens on port 1.
            case "reaches no server" -> port = 1;
            default -> {}
        }
        Path kept = Path.of(arguments[0]);
        SealedStorage survivors =
                new SealedStorage(
                        DirectoryDisk.open(kept.resolve("survivors")),
                        WrappingKeyFile.openOrCreate(kept.resolve("survivors.key")),
                        StorageManifest.ofSurvivors(),
                        Clock.systemUTC());
        DirectorySlots slots =
                DirectorySlots.open(
                        Path.of(System.getenv(Launcher.SLOTS_VARIABLE)), ArchiveLimits.usual());
        Updater updater =
                Updater.open(
                        slots,
                        slots.selector(),
                        Slot.ofCode(System.getenv(Launcher.SLOT_VARIABLE)).orElseThrow(),
                        survivors,
                        new SealedFloor(survivors),
                        new UpdateTerms(
                                2, Duration.ofSeconds(2), Duration.ofSeconds(30), 1024, 64 * 1024),
                        AgentEnvironment.ofSystem());
        System.exit(new PlayedVersion(version, port, updater, Path.of(arguments[1])).run());
    }

    private int run() throws Exception {
        if (updater.standing() instanceof Standing.OnTrial
                && updater.watchTrial(this::look) instanceof TrialEnd.GivenUp) {
            return 1;
        }
        for (UpdateReport report : updater.reports()) {
            var _ =
                    say(
                            "report %s %s %s"
                                    .formatted(report.version(), report.end(), report.reason()));
            updater.delivered(report);
        }
        String[] told = say("ask " + version).split(" ", -1);
        if (!told[0].equals("install")) {
            return 0;
        }
        InstallationOrder order =
                InstallationOrder.vouchedFor(
                        told[1], new Artifact(told[2], Long.parseLong(told[3]), told[4]), 2, 1);
        boolean switched =
                updater.stage(order, new ArtifactFiles(artifacts)) instanceof StageOutcome.Staged
                        && updater.switchOver() instanceof StageOutcome.Staged;
        return switched ? Launcher.RESTART : 4;
    }

    private Health look() {
        try {
            return say("health " + version).equals("ok")
                    ? new Health.Healthy()
                    : new Health.NotYet("the server says no");
        } catch (IOException unreached) {
            return new Health.NotYet("no server");
        }
    }

    private String say(String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("no answer");
            }
            return answer;
        }
    }
}
