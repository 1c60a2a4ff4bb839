/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.InstalledDevice;
import dev.breakwater.protocol.update.release.ReleaseCheck;
import dev.breakwater.protocol.update.release.VerifiedRelease;
import dev.breakwater.protocol.update.trust.BoundedDownload;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import dev.breakwater.testkit.TestClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What attackers do, to devices in four states: just shipped, up to date, one release behind, and
 * long asleep. None of it is ever installed.
 */
class UpdateAttacksTest {

    enum State {
        SHIPPED,
        UP_TO_DATE,
        BEHIND,
        ASLEEP
    }

    /** A device, its server, and what is in the attacker's hands. */
    final class Scene {

        final TestClock clock = TestClock.atPresent();
        final SimulatedRepository repository = new SimulatedRepository(clock);
        final Client client;
        InstalledDevice device = Releases.device();
        byte[] statement;
        Map<String, byte[]> old;
        Optional<InputStream> image = Optional.empty();

        Scene(State state) throws Exception {
            client = new Client(directory.resolve("trust"), repository, clock);
            old = repository.metadata().all();
            Releases.publish(repository);
            if (state != State.SHIPPED) {
                client.refresh();
            }
            if (state == State.ASLEEP) {
                clock.advance(Duration.ofDays(20));
                repository.publishAll();
            }
            if (state == State.BEHIND || state == State.ASLEEP) {
                old = repository.metadata().all();
                repository.publishRoot();
                repository.publishAll();
            }
            statement = Releases.signed(clock, repository);
        }

        byte[] install() throws UpdateRefused, IOException {
            VerifiedRelease release = new ReleaseCheck(device).verify(client.refresh(), statement);
            ByteArrayOutputStream installed = new ByteArrayOutputStream();
            InputStream source =
                    image.or(() -> repository.targets().open(release.target().remotePath()))
                            .orElseThrow();
            new BoundedDownload(client::nanoTime)
                    .target(release.target().file(), source, installed);
            return installed.toByteArray();
        }

        String imagePath() {
            return repository.remotePath(
                    Releases.PATH,
                    Objects.requireNonNull(repository.filesOf("targets").get(Releases.PATH)));
        }
    }

    @FunctionalInterface
    interface Attack {
        void on(Scene scene) throws Exception;
    }

    private static final AtomicInteger PLAYED = new AtomicInteger();
    private static final AtomicInteger INSTALLED = new AtomicInteger();

    @TempDir Path directory;

    /** What {@code ./build drill update} shows. */
    @AfterAll
    static void sayFigures() {
        if (Boolean.getBoolean("breakwater.drill")) {
            int states = State.values().length;
            System.out.printf(
                    "%d attacks x %d states: %d installed%n",
                    PLAYED.get() / states, states, INSTALLED.get());
        }
    }

    static Stream<Arguments> attacks() {
        Map<String, Attack> attacks =
                Map.ofEntries(
                        Map.entry("arbitrary software", UpdateAttacksTest::arbitrary),
                        Map.entry("arbitrary image", UpdateAttacksTest::arbitraryImage),
                        Map.entry("rollback", UpdateAttacksTest::rollback),
                        Map.entry("rollback to an older release", UpdateAttacksTest::olderRelease),
                        Map.entry("fast-forward", UpdateAttacksTest::fastForward),
                        Map.entry("freeze", UpdateAttacksTest::freeze),
                        Map.entry("mix-and-match", UpdateAttacksTest::mixAndMatch),
                        Map.entry("endless metadata", UpdateAttacksTest::endlessMetadata),
                        Map.entry("endless image", UpdateAttacksTest::endlessImage),
                        Map.entry("slow data", UpdateAttacksTest::slow),
                        Map.entry("truncated", UpdateAttacksTest::truncated),
                        Map.entry("wrong hardware", UpdateAttacksTest::wrongHardware),
                        Map.entry("swapped signer", UpdateAttacksTest::swappedSigner),
                        Map.entry("swapped director", UpdateAttacksTest::swappedDirector),
                        Map.entry("too few signatures", UpdateAttacksTest::tooFew),
                        Map.entry("rotated-out key", UpdateAttacksTest::rotatedOut),
                        Map.entry("altered at rest", UpdateAttacksTest::alteredAtRest),
                        Map.entry("root altered at rest", UpdateAttacksTest::rootAlteredAtRest));
        return attacks.entrySet().stream()
                .flatMap(
                        attack ->
                                Stream.of(State.values())
                                        .map(
                                                state ->
                                                        Arguments.of(
                                                                attack.getKey(),
                                                                state,
                                                                attack.getValue())));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("attacks")
    void installNothing(String name, State state, Attack attack) throws Exception {
        Scene scene = new Scene(state);
        attack.on(scene);
        PLAYED.incrementAndGet();
        try {
            byte[] installed = scene.install();
            INSTALLED.incrementAndGet();
            fail(name + " installed " + installed.length + " bytes");
        } catch (UpdateRefused refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @ParameterizedTest
    @MethodSource("states")
    void leaveWhatIsGoodInstallable(State state) throws Exception {
        assertThat(new Scene(state).install()).isEqualTo(Releases.IMAGE);
    }

    static Stream<State> states() {
        return Stream.of(State.values());
    }

    /** What is altered in the store is forgotten, not believed; the good repository mends it. */
    @Test
    void areOverWhenTheGoodRepositoryIsBack() throws Exception {
        Scene scene = new Scene(State.UP_TO_DATE);
        for (String role : List.of("timestamp", "snapshot", "targets")) {
            scene.client.store().write(role, "{}".getBytes(UTF_8));
        }
        assertThat(scene.install()).isEqualTo(Releases.IMAGE);
        assertThat(scene.client.version("targets")).isEqualTo(2);
    }

    private static void allSignedBy(Scene scene, PrivateKeySigner mallory) {
        for (TopRole role : List.of(TopRole.TIMESTAMP, TopRole.SNAPSHOT, TopRole.TARGETS)) {
            scene.repository.signers(role.roleName()).clear();
            scene.repository.signers(role.roleName()).add(mallory);
        }
    }

    private static void arbitrary(Scene scene) {
        allSignedBy(scene, TestSigners.fresh());
        scene.repository.publishAll();
    }

    private static void arbitraryImage(Scene scene) {
        scene.repository.targets().put(scene.imagePath(), new byte[] {6, 6, 6});
    }

    private static void rollback(Scene scene) throws Exception {
        scene.client.refresh();
        scene.repository.metadata().replaceAll(scene.old);
        scene.repository.setVersion("timestamp", 100);
        scene.repository.setVersion("snapshot", 0);
        scene.repository.publishOnline();
    }

    private static void olderRelease(Scene scene) {
        scene.repository.addTarget(
                "targets", Releases.PATH, Releases.IMAGE, Releases.release(10).toCustom());
        scene.repository.publishAll();
    }

    /** Versions at their end, by the online keys: the genuine targets cannot go on from there. */
    private static void fastForward(Scene scene) throws Exception {
        scene.client.refresh();
        scene.repository
                .editions()
                .computeIfPresent(
                        "targets",
                        (_, edition) ->
                                new dev.breakwater.protocol.update.metadata.FileEdition(
                                        1_000_000, edition.length(), edition.hashes()));
        scene.repository.setVersion("snapshot", 1_000_000);
        scene.repository.setVersion("timestamp", 1_000_000);
        scene.repository.publishOnline();
        scene.repository.metadata().put("1000000.targets.json", scene.client.kept("targets"));
    }

    private static void freeze(Scene scene) throws Exception {
        scene.client.refresh();
        scene.clock.advance(SimulatedRepository.LIFE);
        scene.statement = Releases.signed(scene.clock, scene.repository);
    }

    private static void mixAndMatch(Scene scene) throws Exception {
        scene.repository.publishAll();
        long version = scene.repository.version("targets");
        byte[] other = scene.repository.metadata().content((version - 1) + ".targets.json");
        scene.repository.metadata().put(version + ".targets.json", other);
    }

    private static InputStream without(Scene scene, int bytesEach, Duration apart) {
        return new SequenceInputStream(
                Collections.enumeration(
                        List.of(
                                new ByteArrayInputStream(Releases.IMAGE),
                                endless(scene, bytesEach, apart))));
    }

    private static InputStream endless(Scene scene, int bytesEach, Duration apart) {
        return new InputStream() {
            @Override
            public int read() {
                return ' ';
            }

            @Override
            public int read(byte[] piece, int from, int count) {
                scene.clock.advance(apart);
                return Math.min(bytesEach, count);
            }
        };
    }

    private static void endlessMetadata(Scene scene) {
        scene.repository.publishTimestamp();
        scene.repository.metadata().put("timestamp.json", new byte[16 * 1024 + 1]);
    }

    private static void endlessImage(Scene scene) {
        scene.image = Optional.of(without(scene, 4096, Duration.ZERO));
    }

    private static void slow(Scene scene) {
        byte[] large = new byte[1_000_000];
        scene.repository.addTarget(
                "targets", Releases.PATH, large, Releases.release(11).toCustom());
        scene.repository.publishAll();
        scene.statement =
                Releases.signed(
                        Releases.statement(scene.clock, Releases.PATH, large),
                        scene.clock.instant().plus(Duration.ofDays(1)),
                        scene.repository.signers("director").getFirst());
        scene.image = Optional.of(endless(scene, 1, Duration.ofSeconds(1)));
    }

    private static void truncated(Scene scene) {
        scene.repository.targets().put(scene.imagePath(), new byte[] {1, 1});
    }

    private static void wrongHardware(Scene scene) {
        scene.device = Releases.device("tank-z", "1.0.0", 10, 5);
    }

    private static void swappedSigner(Scene scene) throws Exception {
        scene.client.refresh();
        // One role signs for the other: each key is a good one, in another place.
        scene.repository.signers("targets").clear();
        scene.repository.signers("targets").addAll(scene.repository.signers("snapshot"));
        scene.repository.publishAll();
    }

    private static void swappedDirector(Scene scene) {
        scene.statement =
                Releases.signed(
                        Releases.statement(scene.clock, Releases.PATH, Releases.IMAGE),
                        scene.clock.instant().plus(Duration.ofDays(1)),
                        scene.repository.signers("timestamp").getFirst());
    }

    private static void tooFew(Scene scene) {
        RoleKeys keys = scene.repository.keys(TopRole.TARGETS);
        List<PrivateKeySigner> two =
                List.of(scene.repository.signers("targets").getFirst(), TestSigners.freshP256());
        scene.repository.setSigners(TopRole.TARGETS, 2, two);
        scene.repository.publishRoot();
        assertThat(keys.threshold()).isEqualTo(1);
        scene.repository.signers("targets").removeLast();
        scene.repository.publishAll();
    }

    private static void rotatedOut(Scene scene) {
        PrivateKeySigner old = scene.repository.signers("targets").getFirst();
        scene.repository.rotate(TopRole.TARGETS);
        scene.repository.publishRoot();
        scene.repository.signers("targets").clear();
        scene.repository.signers("targets").add(old);
        scene.repository.publishAll();
    }

    /** The store holds the attacker's own files, and the repository serves the same. */
    private static void alteredAtRest(Scene scene) throws Exception {
        allSignedBy(scene, TestSigners.fresh());
        scene.repository.publishAll();
        long version = scene.repository.version("targets");
        ServedFiles served = scene.repository.metadata();
        scene.client.store().write("timestamp", served.content("timestamp.json"));
        scene.client.store().write("targets", served.content(version + ".targets.json"));
    }

    private static void rootAlteredAtRest(Scene scene) throws Exception {
        String root = new String(scene.client.kept("root"), UTF_8);
        scene.client
                .store()
                .write(
                        "root",
                        root.replace("\"threshold\" : 1", "\"threshold\" : 2").getBytes(UTF_8));
    }
}
