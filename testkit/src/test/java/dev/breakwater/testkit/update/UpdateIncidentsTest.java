/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.release.InstalledDevice;
import dev.breakwater.protocol.update.release.ReleaseCheck;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.protocol.update.release.VerifiedRelease;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What went wrong elsewhere, played with a device that has our trust: the incidents of
 * docs/explanation/update-incidents.md that the device itself has to withstand. Each is played to
 * the end that it had, and once more as it should have gone.
 */
class UpdateIncidentsTest {

    private static final String LOCK = "lock/8.4.1.img";
    private static final byte[] LOCK_IMAGE = {7, 0, 0, 0};
    private static final byte[] MALWARE = {6, 6, 6};

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private Client client;

    @BeforeEach
    void publish() {
        client = new Client(directory.resolve("trust"), repository, clock);
        Releases.publish(repository);
    }

    private PrivateKeySigner director() {
        return repository.signers(DirectorStatement.ROLE).getFirst();
    }

    private byte[] directed(String path, byte[] image) {
        return Releases.signed(
                Releases.statement(clock, path, image),
                clock.instant().plus(Duration.ofDays(1)),
                director());
    }

    private VerifiedRelease verify(InstalledDevice device, byte[] statement) throws Exception {
        return new ReleaseCheck(device).verify(client.refresh(), statement);
    }

    private void refuses(UpdateFault fault, byte[] statement) {
        Client.isRefused(fault, () -> verify(Releases.device(), statement));
    }

    private static InstalledDevice lock(String hardware) {
        return new InstalledDevice(
                Releases.DEVICE, Set.of(), "lock", hardware, new ReleaseVersion("8.4.0"), 80, 0);
    }

    /**
     * LockState, 2017: the image of the 7000i was sent to locks 6000i, by those who may send
     * images. About 500 locks were dead, and could not be repaired from afar.
     */
    @Test
    void anImageForOtherHardwareIsRefusedByTheDeviceThoughAllWhoMaySignHaveSigned()
            throws Exception {
        ReleaseDescription description =
                new ReleaseDescription(
                        "lock",
                        new ReleaseVersion("8.4.1"),
                        81,
                        List.of("7000i"),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        "",
                        false);
        repository.addTarget("targets", LOCK, LOCK_IMAGE, description.toCustom());
        repository.publishAll();
        byte[] statement = directed(LOCK, LOCK_IMAGE);

        Client.isRefused(UpdateFault.NOT_FOR_THIS_DEVICE, () -> verify(lock("6000i"), statement));
        assertThat(verify(lock("7000i"), statement).target().path()).isEqualTo(LOCK);
    }

    /**
     * Rivian 2023.42: after a good beta another build with other certificates went to all, by a
     * slip of the finger. Here the director's word holds for the bytes that were proven.
     */
    @Test
    void anotherBuildUnderTheProvenOnesNameIsNotInstalled() throws Exception {
        byte[] proven = directed(Releases.PATH, Releases.IMAGE);
        assertThat(verify(Releases.device(), proven).target().path()).isEqualTo(Releases.PATH);

        byte[] wrongBuild = {1, 1, 9};
        repository.addTarget("targets", Releases.PATH, wrongBuild, Releases.release(11).toCustom());
        repository.publishAll();
        refuses(UpdateFault.MISMATCHED, proven);
    }

    /**
     * ShadowHammer, 2018: whoever had the update server had its signature. Here he holds all that
     * the server holds, its disk and its online keys, for as long as he likes.
     */
    @Test
    void whoeverHasTheServerCanNeitherInventNorDowngradeAFirmware() throws Exception {
        TrustGained before = installed();
        PrivateKeySigner online = repository.signers("snapshot").getFirst();
        // A firmware of his own, under a new name and under the genuine one.
        refuses(UpdateFault.NO_SUCH_TARGET, directed("tank/evil.img", MALWARE));
        refuses(UpdateFault.MISMATCHED, directed(Releases.PATH, MALWARE));
        // His own list of releases, and a director's file that lists it as a release.
        repository.signers("targets").clear();
        repository.signers("targets").addAll(List.of(online, director()));
        repository.addTarget("targets", "tank/evil.img", MALWARE, Releases.release(99).toCustom());
        repository.publishAll();
        refuses(UpdateFault.WRONG_SIGNATURES, directed("tank/evil.img", MALWARE));
        // A root of his own, which would name him for everything.
        repository.setSigners(TopRole.ROOT, 1, List.of(online));
        repository.publishRoot();
        refuses(UpdateFault.WRONG_SIGNATURES, directed("tank/evil.img", MALWARE));
        // Versions are his to drive up; what the people's keys say is not.
        assertThat(trustGained().root()).isEqualTo(before.root());
        assertThat(trustGained().targets()).isEqualTo(before.targets());
    }

    /** A genuine, older release is a downgrade: its holes are known. */
    @Test
    void whoeverHasTheServerCannotOfferAnOlderRelease() throws Exception {
        repository.addTarget(
                "targets", "tank/1.0.9.img", LOCK_IMAGE, Releases.release(10).toCustom());
        repository.publishAll();
        refuses(UpdateFault.ROLLED_BACK, directed("tank/1.0.9.img", LOCK_IMAGE));
        InstalledDevice older = Releases.device("tank-a", "1.0.0", 9, 5);
        assertThat(verify(older, directed("tank/1.0.9.img", LOCK_IMAGE)).target().path())
                .isEqualTo("tank/1.0.9.img");
    }

    /** After the theft: the people with root and release keys take the online keys away. */
    @Test
    void aStolenOnlineKeyIsWorthNothingOnceItIsRotated() throws Exception {
        PrivateKeySigner stolenDirector = director();
        PrivateKeySigner stolenTimestamp = repository.signers("timestamp").getFirst();
        var _ = installed();
        repository.rotate(TopRole.SNAPSHOT);
        repository.rotate(TopRole.TIMESTAMP);
        repository.publishRoot();
        repository.signers(DirectorStatement.ROLE).set(0, TestSigners.fresh());
        repository.delegate(
                "targets", DirectorStatement.ROLE, false, new PathScope.Patterns(List.of()));
        repository.publishAll();

        assertThat(verify(Releases.device(), directed(Releases.PATH, Releases.IMAGE))).isNotNull();
        refuses(
                UpdateFault.WRONG_SIGNATURES,
                Releases.signed(
                        Releases.statement(clock, Releases.PATH, Releases.IMAGE),
                        clock.instant().plus(Duration.ofDays(1)),
                        stolenDirector));
        repository.signers("timestamp").set(0, stolenTimestamp);
        repository.publishTimestamp();
        refuses(UpdateFault.WRONG_SIGNATURES, directed(Releases.PATH, Releases.IMAGE));
    }

    /** Stolen release keys alone: there is no director who would name the release. */
    @Test
    void stolenReleaseKeysAloneInstallNothing() throws Exception {
        PrivateKeySigner stolen = repository.signers("targets").getFirst();
        Targets listed =
                new Targets(
                        9,
                        Releases.seconds(clock.instant().plus(Duration.ofDays(9))),
                        Map.of(
                                "tank/evil.img",
                                new TargetFile(
                                        MALWARE.length,
                                        FileHashes.sha256(MALWARE),
                                        Releases.release(99).toCustom())),
                        List.of());
        // Nobody who is asked for it serves a file that snapshot does not list.
        repository.metadata().put("9.targets.json", MetadataWriter.sign(listed, List.of(stolen)));
        refuses(UpdateFault.NO_SUCH_TARGET, directed("tank/evil.img", MALWARE));
        refuses(
                UpdateFault.WRONG_SIGNATURES,
                Releases.signed(
                        Releases.statement(clock, "tank/evil.img", MALWARE),
                        clock.instant().plus(Duration.ofDays(1)),
                        stolen));
    }

    /**
     * Wink, 2015: a certificate in the hub ran out a year after it was shipped, and with it the way
     * to the server that could have repaired it. Here everything that was shipped ran out long ago,
     * and every key has been replaced, some of them more than once.
     */
    @Test
    void aDeviceThatLayInADrawerForYearsUpdatesFromTheRootItWasShippedWith() throws Exception {
        for (int year = 1; year <= 3; year++) {
            clock.advance(Duration.ofDays(365));
            for (TopRole role : TopRole.values()) {
                repository.rotate(role);
            }
            repository.publishRoot();
        }
        Releases.publish(repository);
        assertThat(client.version("root")).isEqualTo(1);

        VerifiedRelease release =
                verify(Releases.device(), directed(Releases.PATH, Releases.IMAGE));
        assertThat(release.target().path()).isEqualTo(Releases.PATH);
        assertThat(client.version("root")).isEqualTo(4);
        assertThat(client.download(Releases.PATH)).isEqualTo(Releases.IMAGE);
    }

    /**
     * A clock that is years off, on either side: nothing is installed, nothing is forgotten, and
     * the device goes on when its clock is right. An agent lets the server prove the time first.
     */
    @Test
    void aClockThatIsTenYearsOffInstallsNothingAndLosesNothing() throws Exception {
        TrustGained before = installed();
        byte[] statement = directed(Releases.PATH, Releases.IMAGE);
        Duration tenYears = Duration.ofDays(3_653);

        clock.advance(tenYears);
        refuses(UpdateFault.EXPIRED, statement);
        clock.advance(tenYears.multipliedBy(-2));
        refuses(UpdateFault.MALFORMED, statement);
        clock.advance(tenYears);
        assertThat(trustGained()).isEqualTo(before);
        assertThat(verify(Releases.device(), statement).target().path()).isEqualTo(Releases.PATH);
    }

    /** And it is over for good only if nobody renews the root; that is refused, and comes back. */
    @Test
    void aRootThatRanOutIsRefusedUntilItIsRenewedAndTheDeviceComesBackByItself() throws Exception {
        var _ = installed();
        clock.advance(Duration.ofDays(400));
        repository.publishAll();
        refuses(UpdateFault.EXPIRED, directed(Releases.PATH, Releases.IMAGE));
        repository.publishRoot();
        assertThat(verify(Releases.device(), directed(Releases.PATH, Releases.IMAGE))).isNotNull();
    }

    /**
     * go-tuf, CVE-2022-29173, and tough, CVE-2025-2887 and 2888: what was believed once is not
     * taken back, for no role, and nothing is believed that is only half checked.
     */
    @Test
    void nothingThatWasBelievedOnceIsTakenBack() throws Exception {
        Map<String, byte[]> old = repository.metadata().all();
        repository.publishAll();
        TrustGained before = installed();
        repository.metadata().replaceAll(old);
        refuses(UpdateFault.ROLLED_BACK, directed(Releases.PATH, Releases.IMAGE));
        assertThat(trustGained()).isEqualTo(before);
    }

    /** The versions that the device believes. */
    private record TrustGained(long root, long timestamp, long snapshot, long targets) {}

    private TrustGained trustGained() throws Exception {
        return new TrustGained(
                client.version("root"),
                client.version("timestamp"),
                client.version("snapshot"),
                client.version("targets"));
    }

    private TrustGained installed() throws Exception {
        byte[] statement = directed(Releases.PATH, Releases.IMAGE);
        assertThat(verify(Releases.device(), statement).target().path()).isEqualTo(Releases.PATH);
        return trustGained();
    }
}
