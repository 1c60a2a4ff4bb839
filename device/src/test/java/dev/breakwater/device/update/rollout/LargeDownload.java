/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.UpdateLine;
import dev.breakwater.device.UpdateReceiver;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.device.update.InstallationOrder;
import dev.breakwater.device.update.SealedFloor;
import dev.breakwater.device.update.StageOutcome;
import dev.breakwater.device.update.UpdateTerms;
import dev.breakwater.device.update.Updater;
import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.ImageSlots;
import dev.breakwater.device.update.slot.SelectorFile;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.update.offer.UpdateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Downloads an image into a slot by mutual TLS, with the certificate that lies in the storage, and
 * says how much memory that took. A process of its own, since memory is counted by the process.
 */
final class LargeDownload {

    private LargeDownload() {}

    /** Arguments: a directory, the server's port, its root, the image's length and SHA-256. */
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        AgentEnvironment environment = AgentEnvironment.ofSystem();
        DeviceAgent agent = agent(root, Integer.parseInt(arguments[1]), arguments[2], environment);
        UpdateLine line = agent.onUpdates(new Nobody());
        String sha256 = arguments[4];
        InstallationOrder order =
                InstallationOrder.vouchedFor(
                        "1.1",
                        new Artifact(
                                new UpdateFile.Artifact(sha256).name(),
                                Long.parseLong(arguments[3]),
                                sha256),
                        11,
                        0);
        SealedStorage survivors =
                new SealedStorage(
                        DirectoryDisk.open(root.resolve("survivors")),
                        WrappingKeyFile.openOrCreate(root.resolve("survivors.key")),
                        StorageManifest.ofSurvivors(),
                        environment.clock());
        SelectorFile selector = new SelectorFile(root.resolve("boot"));
        selector.write(BootChoice.of(Slot.A));
        Updater updater =
                Updater.open(
                        new ImageSlots(root.resolve("a.img"), root.resolve("b.img")),
                        selector,
                        Slot.A,
                        survivors,
                        new SealedFloor(survivors),
                        UpdateTerms.usual(),
                        environment);
        MeteredSource source =
                new MeteredSource(
                        new HttpsFiles(line, environment),
                        order.artifact().lengthBytes(),
                        percent -> {});
        StageOutcome outcome = updater.stage(order, source);
        if (!(outcome instanceof StageOutcome.Staged)) {
            throw new IllegalStateException("not staged: " + outcome);
        }
        for (String of : new String[] {"/proc/self/status", "/proc/self/smaps_rollup"}) {
            Files.readAllLines(Path.of(of)).stream()
                    .filter(line1 -> line1.matches("(VmHWM|RssAnon|RssFile|Pss|Pss_Anon):.*"))
                    .forEach(System.out::println);
        }
    }

    private static DeviceAgent agent(
            Path root, int port, String fingerprint, AgentEnvironment environment)
            throws IOException {
        DeviceSerial serial = new DeviceSerial("tank-1");
        KeyPlace keys = new KeyPlace.SealedFile();
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(root.resolve("data")),
                        WrappingKeyFile.openOrCreate(root.resolve("data.key")));
        return new DeviceAgent(
                new Provisioning(
                        "127.0.0.1",
                        1,
                        port,
                        new RootFingerprint(fingerprint),
                        serial,
                        ChannelKind.TLS,
                        keys,
                        Set.of()),
                CredentialSlots.open(storage, keys.open(storage, serial)),
                new EnrollmentCodeSource() {
                    @Override
                    public Optional<EnrollmentCode> code() {
                        return Optional.empty();
                    }

                    @Override
                    public void erase() {}
                },
                state -> {},
                environment);
    }

    /** Nothing is offered here. */
    private static final class Nobody implements UpdateReceiver {

        @Override
        public void offered(byte[] payload) {}

        @Override
        public void arrived(byte[] payload) {}

        @Override
        public boolean fetchesByChannel() {
            return false;
        }
    }
}
