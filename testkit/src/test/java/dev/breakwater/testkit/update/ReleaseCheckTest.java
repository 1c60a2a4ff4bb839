/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ReleaseCheckTest {

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private Client client;

    @BeforeEach
    void publish() {
        client = new Client(directory.resolve("trust"), repository, clock);
        Releases.publish(repository);
    }

    private VerifiedRelease verify(InstalledDevice device, byte[] statement) throws Exception {
        return new ReleaseCheck(device).verify(client.refresh(), statement);
    }

    private void isRefused(UpdateFault fault, InstalledDevice device, byte[] statement) {
        Client.isRefused(fault, () -> verify(device, statement));
    }

    private PrivateKeySigner director() {
        return repository.signers(DirectorStatement.ROLE).getFirst();
    }

    private byte[] signed(DirectorStatement statement) {
        return Releases.signed(statement, clock.instant().plus(Duration.ofDays(1)), director());
    }

    @Test
    void provesWhatReleaseKeysAndDirectorAgreeOn() throws Exception {
        VerifiedRelease release = verify(Releases.device(), Releases.signed(clock, repository));
        assertThat(release.description()).isEqualTo(Releases.release(11));
        assertThat(release.target().path()).isEqualTo(Releases.PATH);
        assertThat(release.target().remotePath()).endsWith(".1.1.0.img");
        assertThat(release.deadline()).isAfter(clock.instant());
        DirectorStatement plain = Releases.statement(clock, Releases.PATH, Releases.IMAGE);
        DirectorStatement wave =
                new DirectorStatement(
                        plain.path(),
                        plain.length(),
                        plain.hashes(),
                        List.of(),
                        Optional.of("first"),
                        plain.deadline());
        assertThat(verify(Releases.device(), signed(wave)).target().path())
                .isEqualTo(Releases.PATH);
    }

    @ParameterizedTest
    @CsvSource({
        "tank-b, 1.0.0, 10, 5, ",
        "tank-a, 1.0.0, 10, 11, ",
        "tank-c, 1.0.0, 10, 5, NOT_FOR_THIS_DEVICE",
        "tank, 1.0.0, 10, 5, NOT_FOR_THIS_DEVICE",
        "TANK-A, 1.0.0, 10, 5, NOT_FOR_THIS_DEVICE",
        "tank-a, 0.9.9, 10, 5, NOT_FOR_THIS_DEVICE",
        "tank-a, 1.0.0-rc.1, 10, 5, NOT_FOR_THIS_DEVICE",
        "tank-a, 1.0.0, 11, 5, ROLLED_BACK",
        "tank-a, 1.0.0, 12, 5, ROLLED_BACK",
        "tank-a, 1.0.0, 10, 12, ROLLED_BACK"
    })
    void judgesTheDeviceItself(
            String hardware, String version, long running, long floor, String fault)
            throws Exception {
        InstalledDevice device = Releases.device(hardware, version, running, floor);
        byte[] statement = Releases.signed(clock, repository);
        if (fault == null) {
            assertThat(verify(device, statement).description().releaseCounter()).isEqualTo(11);
        } else {
            isRefused(UpdateFault.valueOf(fault), device, statement);
        }
    }

    @Test
    void refusesAnotherProduct() {
        InstalledDevice here = Releases.device();
        InstalledDevice lamp =
                new InstalledDevice(
                        here.id(),
                        here.waves(),
                        "lamp",
                        here.hardwareId(),
                        here.runningVersion(),
                        here.runningCounter(),
                        here.rollbackFloor());
        isRefused(UpdateFault.NOT_FOR_THIS_DEVICE, lamp, Releases.signed(clock, repository));
    }

    @Test
    void refusesWhatIsForOthersOrTooLate() {
        DirectorStatement plain = Releases.statement(clock, Releases.PATH, Releases.IMAGE);
        InstalledDevice device = Releases.device();
        isRefused(
                UpdateFault.NOT_FOR_THIS_DEVICE,
                device,
                signed(
                        new DirectorStatement(
                                plain.path(),
                                plain.length(),
                                plain.hashes(),
                                List.of(DeviceId.fresh()),
                                Optional.empty(),
                                plain.deadline())));
        isRefused(
                UpdateFault.NOT_FOR_THIS_DEVICE,
                device,
                signed(
                        new DirectorStatement(
                                plain.path(),
                                plain.length(),
                                plain.hashes(),
                                List.of(),
                                Optional.of("second"),
                                plain.deadline())));
        isRefused(
                UpdateFault.NOT_FOR_THIS_DEVICE,
                device,
                signed(
                        new DirectorStatement(
                                plain.path(),
                                plain.length(),
                                plain.hashes(),
                                plain.devices(),
                                Optional.empty(),
                                Releases.seconds(clock.instant()))));
        Instant now = clock.instant();
        isRefused(UpdateFault.EXPIRED, device, Releases.signed(plain, now, director()));
        isRefused(
                UpdateFault.MALFORMED,
                device,
                Releases.signed(plain, now.plus(Duration.ofDays(8)), director()));
    }

    @Test
    void refusesWhatOnlyOneOfBothSays() throws Exception {
        InstalledDevice device = Releases.device();
        DirectorStatement plain = Releases.statement(clock, Releases.PATH, Releases.IMAGE);
        // A stolen server: what the release keys do not know, or another file under its name.
        isRefused(
                UpdateFault.NO_SUCH_TARGET,
                device,
                signed(Releases.statement(clock, "tank/evil.img", new byte[] {6})));
        isRefused(
                UpdateFault.MISMATCHED,
                device,
                signed(Releases.statement(clock, Releases.PATH, new byte[] {6, 6, 6})));
        isRefused(
                UpdateFault.MISMATCHED,
                device,
                signed(Releases.statement(clock, Releases.PATH, new byte[] {1, 1, 0, 0})));
        // Stolen release keys: nobody directs.
        Instant tomorrow = clock.instant().plus(Duration.ofDays(1));
        for (PrivateKeySigner other :
                List.of(TestSigners.fresh(), repository.signers("targets").getFirst())) {
            isRefused(
                    UpdateFault.WRONG_SIGNATURES, device, Releases.signed(plain, tomorrow, other));
        }
        // The director's key is rotated by the release keys.
        byte[] before = signed(plain);
        repository.signers(DirectorStatement.ROLE).set(0, TestSigners.fresh());
        Releases.publish(repository);
        isRefused(UpdateFault.WRONG_SIGNATURES, device, before);
        assertThat(verify(device, signed(plain)).target().path()).isEqualTo(Releases.PATH);
    }

    @Test
    void refusesADirectorNobodyHasNamed() {
        SimulatedRepository bare = new SimulatedRepository(clock);
        Client other = new Client(directory.resolve("other"), bare, clock);
        byte[] statement = Releases.signed(clock, repository);
        Client.isRefused(
                UpdateFault.MISSING,
                () -> new ReleaseCheck(Releases.device()).verify(other.refresh(), statement));
    }

    @Test
    void doesNotLetTheDirectorSpeakOfReleases() throws Exception {
        repository.addTarget(
                DirectorStatement.ROLE,
                "tank/evil.img",
                new byte[] {6},
                Releases.release(12).toCustom());
        repository.publishAll();
        assertThat(client.refresh().find("tank/evil.img")).isEmpty();
    }

    @Test
    void refusesStatementsThatAreNone() throws Exception {
        InstalledDevice device = Releases.device();
        isRefused(UpdateFault.TOO_LONG, device, new byte[DirectorStatement.BYTES_MAX + 1]);
        isRefused(UpdateFault.MALFORMED, device, "{}".getBytes(UTF_8));
        Targets two =
                Releases.statement(clock, Releases.PATH, Releases.IMAGE)
                        .toTargets(1, Releases.seconds(clock.instant().plus(Duration.ofDays(1))));
        TargetFile file = two.target(Releases.PATH).orElseThrow();
        byte[] both =
                MetadataWriter.sign(
                        new Targets(
                                1,
                                two.expires(),
                                Map.of(Releases.PATH, file, "other", file),
                                List.of()),
                        List.of(director()));
        isRefused(UpdateFault.MALFORMED, device, both);
        isRefused(UpdateFault.MALFORMED, device, client.kept("root"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"format\":1|\"format\":2",
                "\"format\":1|\"format\":1,\"onlyOnMondays\":true",
                "\"releaseCounter\":11|\"releaseCounter\":0",
                "\"releaseCounter\":11|\"releaseCounter\":-11",
                "\"releaseCounter\":11|\"releaseCounter\":\"11\"",
                "\"releaseCounter\":11|\"releaseCounter\":9007199254740992",
                "\"rollbackFloor\":5|\"rollbackFloor\":12",
                "\"hardwareIds\":[\"tank-a\",\"tank-b\"]|\"hardwareIds\":[]",
                "\"hardwareIds\":[\"tank-a\",\"tank-b\"]|\"hardwareIds\":[\"*\"]",
                "\"hardwareIds\":[\"tank-a\",\"tank-b\"]|\"hardwareIds\":[\"tank-a\",\"tank-a\"]",
                "\"hardwareIds\":[\"tank-a\",\"tank-b\"]|\"hardwareIds\":\"tank-a\"",
                "\"version\":\"1.1.0\"|\"version\":\"v1\"",
                "\"minFromVersion\":\"1.0\"|\"minFromVersion\":1",
                "\"storageManifest\":\"ab|\"storageManifest\":\"AB",
                "\"securityRelevant\":true|\"securityRelevant\":\"yes\"",
                "\"productId\":\"fish-tank\"|\"productId\":\"../fish\"",
                "\"breakwater\"|\"breakwate\""
            })
    void refusesADescriptionThatIsNotOne(String change) {
        String custom = Releases.release(11).toCustom().toString();
        String[] parts = change.split("\\|", -1);
        assertThat(custom).contains(parts[0]);
        var changed = (ObjectNode) JsonMapper.shared().readTree(custom.replace(parts[0], parts[1]));
        TargetFile file = new TargetFile(1, FileHashes.sha256(new byte[1]), changed);
        assertThatThrownBy(() -> ReleaseDescription.of(file)).isInstanceOf(MalformedMetadata.class);
    }

    @Test
    void readsADescriptionAsItWasWritten() throws Exception {
        ReleaseDescription least =
                new ReleaseDescription(
                        "p",
                        new ReleaseVersion("1"),
                        1,
                        List.of("h"),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        "",
                        false);
        for (ReleaseDescription release : List.of(least, Releases.release(11))) {
            TargetFile file = new TargetFile(1, FileHashes.sha256(new byte[1]), release.toCustom());
            assertThat(ReleaseDescription.of(file)).isEqualTo(release);
            ObjectNode beside = release.toCustom();
            beside.putObject("of-the-product").put("any", "thing");
            assertThat(ReleaseDescription.of(new TargetFile(1, file.hashes(), beside)))
                    .isEqualTo(release);
        }
        assertThat(
                        MetadataReader.targets(Releases.signed(clock, repository))
                                .unverified()
                                .targets())
                .containsOnlyKeys(Releases.PATH);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0.0, 1, 0",
        "1.0.0, 1.0.1, -1",
        "1.10, 1.9, 1",
        "1.0.0-rc.1, 1.0.0, -1",
        "1.0.0-rc.1, 1.0.0-rc.2, -1",
        "1.0.0-rc.10, 1.0.0-rc.9, 1",
        "1.0.0-1, 1.0.0-rc, -1",
        "1.0.0-rc, 1.0.0-rc.1, -1",
        "1.0.0-alpha, 1.0.0-beta, -1",
        "1.0.0-rc.01, 1.0.0-rc.1, 0",
        "2.0.0.1, 2.0.0, 1"
    })
    void ordersVersionsAsPeopleDo(String one, String other, int order) {
        ReleaseVersion left = new ReleaseVersion(one);
        ReleaseVersion right = new ReleaseVersion(other);
        assertThat(Integer.signum(left.compareTo(right))).isEqualTo(order);
        assertThat(Integer.signum(right.compareTo(left))).isEqualTo(-order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "1.", "1.2.3.4.5", "1.0-", "1.0+x", "1.0-a b", "١"})
    void refusesVersionsOfOtherForms(String text) {
        assertThatThrownBy(() -> new ReleaseVersion(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
