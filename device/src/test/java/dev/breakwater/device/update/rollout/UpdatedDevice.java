/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageItem;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.device.update.Health;
import dev.breakwater.device.update.RollbackFloor;
import dev.breakwater.device.update.UpdateTerms;
import dev.breakwater.device.update.Updater;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.BootTurn;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import dev.breakwater.testkit.update.PlayedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A device with directory slots whose power the test switches on and off. */
final class UpdatedDevice implements AutoCloseable {

    static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    final TestClock clock = TestClock.atPresent();
    final TestTime time = new TestTime(clock);
    final LinkedBlockingQueue<Restart.Cause> restarts = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<OfferedUpdate> asked = new LinkedBlockingQueue<>();
    final AtomicReference<Health> health = new AtomicReference<>(new Health.Healthy());
    Clock machine = clock;
    KeyPlace floorBeside;
    UpdatePlan.Route route = UpdatePlan.Route.HTTPS;
    String hardware = PlayedServer.HARDWARE;
    UpdateTerms terms =
            new UpdateTerms(2, Duration.ofMinutes(5), Duration.ofSeconds(30), 1024, 64 * 1024);

    private final Path root;
    private final PlayedServer server;
    private final KeyPlace keys;
    private Optional<DeviceAgent> agent = Optional.empty();
    private Optional<DeviceUpdates> updates = Optional.empty();

    UpdatedDevice(Path root, PlayedServer server) throws Exception {
        this(root, server, new KeyPlace.SealedFile());
    }

    UpdatedDevice(Path root, PlayedServer server, KeyPlace keys) throws Exception {
        this.root = root;
        this.server = server;
        this.keys = keys;
        this.floorBeside = keys;
        Path first = root.resolve("first.zip");
        Files.write(first, archive("1.0", 1));
        DirectorySlots.install(root.resolve("slots"), first, ArchiveLimits.usual());
        ServerTrust trust =
                ServerTrust.pinned(
                        RootFingerprint.of(server.pki.root()),
                        List.of(server.pki.root(), server.pki.issuing()));
        CredentialSlots slots = credentials();
        DeviceKey key = slots.keyForNext();
        var issued =
                server.pki.device(
                        server.device, SERIAL, new KeyPair(key.publicKey(), key.privateKey()));
        slots.storeTrust(trust);
        slots.completeNext(
                VerifiedCertificate.verify(issued.leaf(), trust, key, SERIAL, clock.instant()));
        slots.promoteNext();
    }

    /** An archive that says which release it is. */
    static byte[] archive(String version, long counter) {
        byte[] noise = new byte[300_000];
        new Random(version.hashCode()).nextBytes(noise);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(
                    zip,
                    "release.properties",
                    "version=%s\ncounter=%d\n".formatted(version, counter).getBytes(UTF_8));
            entry(zip, "lib/tank.jar", noise);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2026, 11, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    SealedStorage storage() throws IOException {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        items.addAll(StorageManifest.updateItems());
        return new SealedStorage(
                DirectoryDisk.open(root.resolve("data")),
                WrappingKeyFile.openOrCreate(root.resolve("data.key")),
                StorageManifest.of("fish-tank", items, ManifestWarrant.UNSIGNED),
                clock);
    }

    SealedStorage survivors() throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(root.resolve("survivors")),
                WrappingKeyFile.openOrCreate(root.resolve("survivors.key")),
                StorageManifest.ofSurvivors(),
                clock);
    }

    Path data() {
        return root.resolve("data");
    }

    private CredentialSlots credentials() throws IOException {
        SealedStorage storage = storage();
        return CredentialSlots.open(storage, keys.open(storage, SERIAL));
    }

    /** Switches the device on, from the slot that its boot loader chooses. */
    void start() throws Exception {
        AgentEnvironment environment = new AgentEnvironment(machine, time::rest, new Random(7));
        DirectorySlots slots = DirectorySlots.open(root.resolve("slots"), ArchiveLimits.usual());
        Slot running = BootTurn.take(slots, slots.selector()).slot();
        Properties release = new Properties();
        try (var in =
                Files.newInputStream(slots.directory(running).resolve("release.properties"))) {
            release.load(in);
        }
        DeviceAgent made = agent(environment);
        RollbackFloor floor = RollbackFloor.beside(floorBeside, survivors());
        DeviceUpdates joined =
                DeviceUpdates.join(
                        made,
                        new UpdatePlan(
                                Updater.open(
                                        slots,
                                        slots.selector(),
                                        running,
                                        survivors(),
                                        floor,
                                        terms,
                                        environment),
                                running,
                                new InstalledProduct(
                                        PlayedServer.PRODUCT,
                                        hardware,
                                        new ReleaseVersion(release.getProperty("version")),
                                        Long.parseLong(release.getProperty("counter"))),
                                ShippedRoot.of(server.repository.firstRoot()),
                                storage(),
                                floor,
                                terms,
                                health::get,
                                route,
                                new UpdateListener() {
                                    @Override
                                    public void asked(OfferedUpdate update) {
                                        asked.add(update);
                                    }

                                    @Override
                                    public void told(UpdateStatus status) {}
                                },
                                restarts::add,
                                environment));
        agent = Optional.of(made);
        updates = Optional.of(joined);
        made.start();
        joined.start();
    }

    private DeviceAgent agent(AgentEnvironment environment) throws IOException {
        return new DeviceAgent(
                new Provisioning(
                        "127.0.0.1",
                        server.peer.port(),
                        server.est.port(),
                        RootFingerprint.of(server.pki.root()),
                        SERIAL,
                        ChannelKind.TLS,
                        keys,
                        Set.of()),
                credentials(),
                new NoCode(),
                state -> {},
                environment);
    }

    DeviceUpdates updates() {
        return updates.orElseThrow();
    }

    /** Switches it off. */
    void stop() {
        updates.ifPresent(DeviceUpdates::close);
        agent.ifPresent(DeviceAgent::close);
        updates = Optional.empty();
        agent = Optional.empty();
    }

    Restart.Cause awaitRestart() throws InterruptedException {
        Restart.Cause cause = restarts.poll(15, TimeUnit.SECONDS);
        if (cause == null) {
            throw new AssertionError("the device wanted no restart within 15 s");
        }
        return cause;
    }

    /** Which version boots next. */
    String bootsNext() throws Exception {
        DirectorySlots slots = DirectorySlots.open(root.resolve("slots"), ArchiveLimits.usual());
        var choice = slots.selector().read().orElseThrow();
        Slot slot =
                choice.trial()
                        .filter(trial -> trial.bootsLeft() > 0)
                        .map(trial -> trial.slot())
                        .orElse(choice.confirmed());
        return Files.readString(slots.directory(slot).resolve("release.properties"))
                .lines()
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        stop();
    }

    private static final class NoCode implements EnrollmentCodeSource {

        @Override
        public Optional<EnrollmentCode> code() {
            return Optional.empty();
        }

        @Override
        public void erase() {}
    }
}
