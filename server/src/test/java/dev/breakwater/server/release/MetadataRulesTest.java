/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MetadataSigner;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.testkit.update.TestSigners;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each rule for what is handed in, by a file that breaks it alone; and nothing has changed then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetadataRulesTest {

    private static final String PATH = "1.1/tank.zip";
    private static final String NEXT = "1.2/tank.zip";

    private StoredReleases there;
    private ReleaseSigners people;

    @BeforeAll
    void publish(@TempDir Path directory) throws Exception {
        there = StoredReleases.fresh(directory, SealingKey.random());
        people = there.signers;
        there.root(1);
        there.upload("one");
        there.upload("two");
        there.upload(
                """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
                -----END PRIVATE KEY-----
                """);
        there.publish(1, Map.of(PATH, there.target("1.1", 2, "one")));
    }

    @AfterAll
    void close() {
        there.close();
    }

    private Root root() {
        return people.root(2, there.inAYear());
    }

    private Root with(TopRole role, RoleKeys keys) {
        Map<TopRole, RoleKeys> roles = new EnumMap<>(root().roles());
        roles.put(role, keys);
        return new Root(2, there.inAYear(), true, roles);
    }

    private RoleKeys onlineAnd(MetadataSigner signer) {
        return new RoleKeys(List.of(people.onlineKeys().keys().getFirst(), signer.key()), 1);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] edited(byte[] file, String from, String to) {
        String text = new String(file, StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        return text(text.replace(from, to));
    }

    Stream<Arguments> roots() {
        return Stream.of(forgedRoots(), untimelyRoots(), rootsWithWrongKeys()).flatMap(all -> all);
    }

    private static List<MetadataSigner> strangers() {
        return List.of(TestSigners.fresh(), TestSigners.fresh(), TestSigners.fresh());
    }

    private Stream<Arguments> forgedRoots() {
        List<? extends MetadataSigner> keys = people.rootKeys();
        List<MetadataSigner> strangers = strangers();
        byte[] good = people.signed(root());
        Root theirs = with(TopRole.ROOT, ReleaseSigners.keys(2, strangers));
        return Stream.of(
                Arguments.of("empty", 2, new byte[0], Fault.MALFORMED),
                Arguments.of("no JSON", 2, text("root"), Fault.MALFORMED),
                Arguments.of("targets", 2, people.signed(targets(Map.of())), Fault.MALFORMED),
                Arguments.of(
                        "member twice",
                        2,
                        edited(good, "\"signed\" :", "\"signed\":{},\"signed\":"),
                        Fault.MALFORMED),
                Arguments.of(
                        "huge number",
                        2,
                        edited(good, "\"version\" : 2", "\"version\":1" + "0".repeat(400)),
                        Fault.MALFORMED),
                Arguments.of(
                        "altered",
                        2,
                        edited(good, "\"version\" : 2", "\"version\":2,\"x\":1"),
                        Fault.WRONG_SIGNATURES),
                Arguments.of(
                        "one signature",
                        2,
                        ReleaseSigners.signed(root(), keys.subList(0, 1)),
                        Fault.WRONG_SIGNATURES),
                Arguments.of(
                        "strangers",
                        2,
                        ReleaseSigners.signed(root(), strangers),
                        Fault.WRONG_SIGNATURES),
                Arguments.of(
                        "its own keys alone",
                        2,
                        ReleaseSigners.signed(theirs, strangers),
                        Fault.WRONG_SIGNATURES),
                Arguments.of(
                        "the keys before alone", 2, people.signed(theirs), Fault.WRONG_SIGNATURES));
    }

    private Stream<Arguments> untimelyRoots() {
        byte[] good = people.signed(root());
        return Stream.of(
                Arguments.of("another version in the path", 3, good, Fault.WRONG_VERSION),
                Arguments.of(
                        "a version left out",
                        3,
                        people.signed(people.root(3, there.inAYear())),
                        Fault.WRONG_VERSION),
                Arguments.of(
                        "another first one",
                        1,
                        people.signed(people.root(1, there.in(Duration.ofDays(9)))),
                        Fault.WRONG_VERSION),
                Arguments.of(
                        "expired",
                        2,
                        people.signed(people.root(2, there.in(Duration.ofSeconds(-1)))),
                        Fault.EXPIRED),
                Arguments.of(
                        "no consistent snapshot",
                        2,
                        people.signed(new Root(2, there.inAYear(), false, root().roles())),
                        Fault.MALFORMED));
    }

    private Stream<Arguments> rootsWithWrongKeys() {
        List<? extends MetadataSigner> keys = people.rootKeys();
        return Stream.of(
                Arguments.of(
                        "the online key among the release keys",
                        2,
                        people.signed(
                                with(TopRole.TARGETS, onlineAnd(people.releaseKeys().getFirst()))),
                        Fault.WRONG_KEYS),
                Arguments.of(
                        "the online key among the root keys",
                        2,
                        people.signed(
                                with(
                                        TopRole.ROOT,
                                        new RoleKeys(
                                                Stream.concat(
                                                                ReleaseSigners.keys(2, keys)
                                                                        .keys()
                                                                        .stream(),
                                                                people.onlineKeys().keys().stream())
                                                        .toList(),
                                                2))),
                        Fault.WRONG_KEYS),
                Arguments.of(
                        "somebody else's timestamps",
                        2,
                        people.signed(with(TopRole.TIMESTAMP, onlineAnd(keys.getFirst()))),
                        Fault.WRONG_KEYS),
                Arguments.of(
                        "snapshots without the server",
                        2,
                        people.signed(with(TopRole.SNAPSHOT, ReleaseSigners.keys(1, strangers()))),
                        Fault.WRONG_KEYS),
                Arguments.of(
                        "more release signatures than keys",
                        2,
                        people.signed(
                                with(
                                        TopRole.TARGETS,
                                        ReleaseSigners.keys(3, people.releaseKeys()))),
                        Fault.WRONG_KEYS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("roots")
    void refusesARoot(String defect, long version, byte[] file, Fault fault) {
        ReleaseRefused refused =
                catchThrowableOfType(ReleaseRefused.class, () -> there.root(version, file));
        assertThat(refused).as(defect).isNotNull();
        assertThat(refused.fault()).as(refused.text()).isEqualTo(fault);
        assertThat(view().root().orElseThrow().version()).isEqualTo(1);
    }

    private RepositoryView view() {
        return there.releases.repositories().of(there.organization, there.product).orElseThrow();
    }

    private Targets targets(Map<String, TargetFile> more) {
        Map<String, TargetFile> all = new TreeMap<>(more);
        all.putIfAbsent(PATH, there.target("1.1", 2, "one"));
        return people.targets(2, there.inAYear(), all);
    }

    private Arguments release(String defect, String path, TargetFile file, Fault fault) {
        return Arguments.of(defect, people.signed(targets(Map.of(path, file))), fault);
    }

    private Arguments delegation(String defect, DelegatedRole... roles) {
        Targets file = new Targets(2, there.inAYear(), targets(Map.of()).targets(), List.of(roles));
        return Arguments.of(defect, people.signed(file), Fault.WRONG_DELEGATION);
    }

    private DelegatedRole director(RoleKeys keys, String... paths) {
        return new DelegatedRole("director", keys, true, new PathScope.Patterns(List.of(paths)));
    }

    Stream<Arguments> files() {
        return Stream.of(
                        forgedTargets(),
                        wrongDelegations(),
                        wrongReleases(),
                        releasesThatMayNotShip())
                .flatMap(all -> all);
    }

    private Stream<Arguments> forgedTargets() {
        TargetFile two = there.target("1.2", 3, "two");
        byte[] good = people.signed(targets(Map.of(NEXT, two)));
        return Stream.of(
                Arguments.of("empty", new byte[0], Fault.MALFORMED),
                Arguments.of("root", people.signed(root()), Fault.MALFORMED),
                Arguments.of(
                        "member twice",
                        edited(good, "\"signatures\" :", "\"signatures\":[],\"signatures\":"),
                        Fault.MALFORMED),
                Arguments.of(
                        "number beyond what is exact",
                        edited(good, "\"version\" : 2", "\"version\":9007199254740993"),
                        Fault.MALFORMED),
                Arguments.of(
                        "forged counter",
                        edited(good, "\"releaseCounter\" : 3", "\"releaseCounter\":30"),
                        Fault.WRONG_SIGNATURES),
                Arguments.of(
                        "one of two signatures",
                        ReleaseSigners.signed(
                                targets(Map.of()), people.releaseKeys().subList(0, 1)),
                        Fault.WRONG_SIGNATURES),
                Arguments.of(
                        "root keys",
                        ReleaseSigners.signed(targets(Map.of()), people.rootKeys()),
                        Fault.WRONG_SIGNATURES),
                Arguments.of(
                        "the same version again",
                        people.signed(people.targets(1, there.inAYear(), Map.of())),
                        Fault.WRONG_VERSION),
                Arguments.of(
                        "a version left out",
                        people.signed(people.targets(3, there.inAYear(), Map.of())),
                        Fault.WRONG_VERSION),
                Arguments.of(
                        "expired",
                        people.signed(
                                people.targets(2, there.in(Duration.ofSeconds(-1)), Map.of())),
                        Fault.EXPIRED));
    }

    private Stream<Arguments> wrongDelegations() {
        RoleKeys stranger = ReleaseSigners.keys(1, List.of(TestSigners.fresh()));
        return Stream.of(
                delegation("no director"),
                delegation("another's key", director(stranger)),
                delegation("a director with paths", director(people.onlineKeys(), "*/*")),
                delegation(
                        "somebody beside the director",
                        people.director(),
                        new DelegatedRole(
                                "shop", stranger, false, new PathScope.Patterns(List.of("*")))));
    }

    private Stream<Arguments> wrongReleases() {
        TargetFile two = there.target("1.2", 3, "two");
        return Stream.of(
                release(
                        "another product",
                        NEXT,
                        ReleaseSigners.target(
                                "0199aaaa-0000-7000-8000-000000000000",
                                "1.2",
                                3,
                                StoredReleases.bytes("two")),
                        Fault.OTHER_PRODUCT),
                release(
                        "no description",
                        NEXT,
                        new TargetFile(3, two.hashes(), JsonMapper.shared().createObjectNode()),
                        Fault.WRONG_RELEASE),
                release("another folder", "1.3/tank.zip", two, Fault.WRONG_RELEASE),
                release("no folder", "tank.zip", two, Fault.WRONG_RELEASE),
                release("a way out", "1.2/../../tank.zip", two, Fault.WRONG_RELEASE),
                release(
                        "another hash beside",
                        NEXT,
                        new TargetFile(
                                two.length(),
                                new FileHashes(
                                        Map.of(
                                                "sha256",
                                                two.hashes().sha256().orElseThrow(),
                                                "sha512",
                                                "ab".repeat(64))),
                                two.custom()),
                        Fault.WRONG_RELEASE));
    }

    private Stream<Arguments> releasesThatMayNotShip() {
        TargetFile two = there.target("1.2", 3, "two");
        return Stream.of(
                release(
                        "a published one with other bytes",
                        PATH,
                        there.target("1.1", 2, "two"),
                        Fault.WRONG_RELEASE),
                release(
                        "a counter twice",
                        NEXT,
                        there.target("1.2", 2, "two"),
                        Fault.WRONG_COUNTER),
                release(
                        "a counter below",
                        NEXT,
                        there.target("1.2", 1, "two"),
                        Fault.WRONG_COUNTER),
                release(
                        "never uploaded",
                        NEXT,
                        there.target("1.2", 3, "three"),
                        Fault.NO_SUCH_ARTIFACT),
                release(
                        "another length",
                        NEXT,
                        new TargetFile(4, two.hashes(), two.custom()),
                        Fault.NO_SUCH_ARTIFACT),
                release(
                        "a secret in it",
                        NEXT,
                        there.target(
                                "1.2",
                                3,
                                """
                                -----BEGIN PRIVATE KEY-----
                                MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
                                -----END PRIVATE KEY-----
                                """),
                        Fault.ARTIFACT_BLOCKED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void refusesTargets(String defect, byte[] file, Fault fault) {
        byte[] timestamp = there.file("timestamp.json");
        ReleaseRefused refused =
                catchThrowableOfType(ReleaseRefused.class, () -> there.targets(file));
        assertThat(refused).as(defect).isNotNull();
        assertThat(refused.fault()).as(refused.text()).isEqualTo(fault);
        assertThat(view().targetsVersion()).isEqualTo(1);
        assertThat(there.file("timestamp.json")).isEqualTo(timestamp);
    }
}
