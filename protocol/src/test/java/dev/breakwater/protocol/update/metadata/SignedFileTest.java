/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import static dev.breakwater.protocol.update.metadata.Repository.ed25519;
import static dev.breakwater.protocol.update.metadata.Repository.keys;
import static dev.breakwater.protocol.update.metadata.Repository.p256;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SignedFileTest {

    private final PrivateKeySigner alice = ed25519();
    private final PrivateKeySigner bob = p256();
    private final PrivateKeySigner mallory = ed25519();

    private static String text(byte[] file) {
        return new String(file, UTF_8);
    }

    @Test
    void isWhatWasWrittenAndSigned() throws Exception {
        RoleKeys both = keys(2, alice, bob);
        Root root = Repository.root(both);
        SignedFile<Root> read = MetadataReader.root(MetadataWriter.sign(root, List.of(alice, bob)));
        assertThat(read.verifiedBy(both)).isEqualTo(root);
    }

    @Test
    void keepsEveryKindOfContent() throws Exception {
        RoleKeys one = keys(1, alice);
        FileEdition edition = FileEdition.of(3, new byte[] {1});
        FileEdition bare = new FileEdition(1, OptionalLong.empty(), Optional.empty());
        ObjectNode custom = JsonMapper.shared().createObjectNode().put("a", 1);
        Timestamp timestamp = new Timestamp(7, Repository.EXPIRES, edition);
        Snapshot snapshot =
                new Snapshot(8, Repository.EXPIRES, Map.of("targets", edition, "../x", bare));
        Targets targets =
                new Targets(
                        9,
                        Repository.EXPIRES,
                        Map.of("a/b", new TargetFile(5, FileHashes.sha256(new byte[5]), custom)),
                        List.of(
                                new DelegatedRole(
                                        "A", one, true, new PathScope.Patterns(List.of("a/*"))),
                                new DelegatedRole(
                                        "B",
                                        keys(2, bob, alice),
                                        false,
                                        new PathScope.HashPrefixes(List.of("0", "ff")))));
        assertThat(MetadataReader.timestamp(MetadataWriter.sign(timestamp, List.of(alice))))
                .extracting(SignedFile::unverified)
                .isEqualTo(timestamp);
        assertThat(MetadataReader.snapshot(MetadataWriter.sign(snapshot, List.of(alice))))
                .extracting(SignedFile::unverified)
                .isEqualTo(snapshot);
        assertThat(MetadataReader.targets(MetadataWriter.sign(targets, List.of(alice))))
                .extracting(SignedFile::unverified)
                .isEqualTo(targets);
    }

    @Test
    void refusesTooFewSignaturesAndSignaturesOfStrangers() throws Exception {
        RoleKeys both = keys(2, alice, bob);
        Root root = Repository.root(both);
        for (List<PrivateKeySigner> signers :
                List.of(
                        List.<PrivateKeySigner>of(),
                        List.of(alice),
                        List.of(alice, mallory),
                        List.of(mallory))) {
            SignedFile<Root> read = MetadataReader.root(MetadataWriter.sign(root, signers));
            assertThatThrownBy(() -> read.verifiedBy(both))
                    .isInstanceOf(WrongSignatures.class)
                    .hasMessageContaining("signed by 2 of its keys");
        }
    }

    @Test
    void takesSignaturesOneByOneAndEachKeyOnce() throws Exception {
        RoleKeys both = keys(2, alice, bob);
        byte[] file = MetadataWriter.sign(Repository.root(both), List.of(alice));
        file = MetadataWriter.addSignature(MetadataReader.root(file), alice);
        SignedFile<Root> once = MetadataReader.root(file);
        assertThatThrownBy(() -> once.verifiedBy(both)).isInstanceOf(WrongSignatures.class);
        file = MetadataWriter.addSignature(once, bob);
        assertThat(MetadataReader.root(file).verifiedBy(both).version()).isEqualTo(1);
    }

    @Test
    void refusesAChangeOfWhatWasSigned() throws Exception {
        RoleKeys one = keys(1, alice);
        String file = text(MetadataWriter.sign(Repository.root(one), List.of(alice)));
        SignedFile<Root> changed =
                MetadataReader.root(
                        file.replace("\"version\" : 1", "\"version\" : 2").getBytes(UTF_8));
        assertThat(changed.unverified().version()).isEqualTo(2);
        assertThatThrownBy(() -> changed.verifiedBy(one)).isInstanceOf(WrongSignatures.class);
    }

    @Test
    void countsMembersThatNobodyKnowsIntoWhatIsSigned() throws Exception {
        RoleKeys one = keys(1, alice);
        String plain = text(MetadataWriter.sign(Repository.root(one), List.of()));
        byte[] extended =
                plain.replace("\"_type\"", "\"x-unknown\" : {\"b\": [1]}, \"_type\"")
                        .getBytes(UTF_8);
        byte[] file = MetadataWriter.addSignature(MetadataReader.root(extended), alice);
        assertThat(text(file)).contains("x-unknown");
        assertThat(MetadataReader.root(file).verifiedBy(one).version()).isEqualTo(1);
        SignedFile<Root> without =
                MetadataReader.root(
                        text(file).replaceFirst("\"x-unknown\" : \\{[^}]*},", "").getBytes(UTF_8));
        assertThatThrownBy(() -> without.verifiedBy(one)).isInstanceOf(WrongSignatures.class);
    }

    @Test
    void countsOneKeyOnceUnderTwoIds() throws Exception {
        RoleKeys one = keys(1, bob);
        String file = text(MetadataWriter.sign(Repository.root(one), List.of(bob)));
        // The same key, with the newer name of its type, has another hash and so another id.
        var tree = (ObjectNode) JsonMapper.shared().readTree(file);
        var keys = (ObjectNode) tree.path("signed").path("keys");
        String first = bob.key().id().hex();
        var twin = (ObjectNode) keys.path(first).deepCopy();
        twin.put("keytype", "ecdsa");
        String second = FileHashes.sha256(CanonicalJson.of(twin)).sha256().orElseThrow();
        keys.set(second, twin);
        for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
            var listed = (ObjectNode) tree.path("signed").path("roles").path(role);
            listed.putArray("keyids").add(first).add(second);
            listed.put("threshold", 2);
        }
        SignedFile<Root> unsigned =
                MetadataReader.root(JsonMapper.shared().writeValueAsBytes(tree));
        SignedFile<Root> signed = MetadataReader.root(MetadataWriter.addSignature(unsigned, bob));
        var copy = (ObjectNode) JsonMapper.shared().readTree(signed.bytes());
        var again = (ObjectNode) copy.path("signatures").path(0).deepCopy();
        again.put("keyid", second);
        ((tools.jackson.databind.node.ArrayNode) copy.path("signatures")).add(again);
        SignedFile<Root> twice = MetadataReader.root(JsonMapper.shared().writeValueAsBytes(copy));
        RoleKeys both = twice.unverified().keysOf(TopRole.ROOT);
        assertThat(both.keys()).hasSize(2);
        assertThatThrownBy(() -> twice.verifiedBy(both))
                .isInstanceOf(WrongSignatures.class)
                .hasMessageContaining("is by 1");
        assertThat(twice.verifiedBy(new RoleKeys(both.keys(), 1)).version()).isEqualTo(1);
    }

    @Test
    void isNotWrittenByATokenThatSignsWithAnotherKey() {
        MetadataSigner swapped =
                new MetadataSigner() {
                    @Override
                    public MetadataKey key() {
                        return alice.key();
                    }

                    @Override
                    public byte[] sign(byte[] message) throws GeneralSecurityException {
                        return mallory.sign(message);
                    }
                };
        Root root = Repository.root(keys(1, alice));
        assertThatThrownBy(() -> MetadataWriter.sign(root, List.of(swapped)))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("does not verify");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The way to change; the file is well-formed before.
                "\"version\" : 1|\"version\" : 0",
                "\"version\" : 1|\"version\" : -1",
                "\"version\" : 1|\"version\" : 1.0",
                "\"version\" : 1|\"version\" : 1e2",
                "\"version\" : 1|\"version\" : \"1\"",
                "\"version\" : 1|\"version\" : true",
                "\"version\" : 1|\"version\" : 9007199254740992",
                "\"version\" : 1|\"version\" : 123456789012345678901234567890",
                "\"version\" : 1|\"version\" : 1, \"version\" : 1",
                "\"version\" : 1|\"x\" : 1",
                "\"version\" : 1|\"version\" : 1, \"x\" : 9007199254740992",
                "\"version\" : 1|\"version\" : 1, \"x\" : 0.5",
                "\"version\" : 1|\"version\" : 1, \"x\" : \"\\ud800\"",
                "\"_type\" : \"root\"|\"_type\" : \"targets\"",
                "\"_type\" : \"root\"|\"_type\" : \"mirrors\"",
                "\"_type\" : \"root\"|\"_type\" : 1",
                "\"1.0.34\"|\"2.0.0\"",
                "\"1.0.34\"|\"1\"",
                "\"1.0.34\"|\"1.0.34-draft\"",
                "\"1.0.34\"|1",
                "2027-01-01T00:00:00Z|2027-01-01",
                "2027-01-01T00:00:00Z|2027-01-01T00:00:00.5Z",
                "2027-01-01T00:00:00Z|2027-01-01T00:00:00+01:00",
                "2027-01-01T00:00:00Z|2027-13-01T00:00:00Z",
                "\"threshold\" : 1|\"threshold\" : 0",
                "\"threshold\" : 1|\"threshold\" : -1",
                "\"threshold\" : 1|\"threshold\" : 4294967297",
                "\"threshold\" : 1|\"threshold\" : 1025",
                "\"consistent_snapshot\" : true|\"consistent_snapshot\" : \"true\"",
                "\"timestamp\" : {|\"mirrors\" : {",
                "\"signatures\" : [|\"signatures\" : [ 1,",
                "\"signatures\" : [|\"signature\" : [",
                "\"sig\" : \"|\"sig\" : \"x",
                "\"sig\" : \"|\"sig\" : \"0",
                "\"keyid\" : \"|\"keyid\" : \"0",
                "\"signed\" : {|\"signed\" : { \"signed\" : {}, \"signed\" : {},",
                "\"keytype\" : \"ed25519\"|\"keytype\" : \"ed25518\""
            })
    void isRefusedIfItIsMalformed(String change) throws Exception {
        String file = text(MetadataWriter.sign(Repository.root(keys(1, alice)), List.of(alice)));
        String[] parts = change.split("\\|", -1);
        assertThat(file).contains(parts[0]);
        byte[] changed = file.replace(parts[0], parts[1]).getBytes(UTF_8);
        assertThatThrownBy(() -> MetadataReader.root(changed))
                .isInstanceOf(MalformedMetadata.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"signed\":{},\"signatures\":[]}",
                "{\"signed\":[],\"signatures\":[]}",
                "\u0000",
                "{} {}"
            })
    void isRefusedIfItIsNoFileOfMetadata(String file) {
        assertThatThrownBy(() -> MetadataReader.root(file.getBytes(UTF_8)))
                .isInstanceOf(MalformedMetadata.class);
    }

    @Test
    void isRefusedIfItIsLongerOrDeeperThanItMayBe() {
        byte[] timestamp = new byte[MetadataLimits.TIMESTAMP_BYTES_MAX + 1];
        assertThatThrownBy(() -> MetadataReader.timestamp(timestamp))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageContaining("at most 16384 bytes");
        byte[] deep = ("{\"signed\":" + "[".repeat(1000)).getBytes(UTF_8);
        assertThatThrownBy(() -> MetadataReader.root(deep))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageContaining("levels");
    }

    @Test
    void isRefusedIfAKeySignsTwice() throws Exception {
        String file = text(MetadataWriter.sign(Repository.root(keys(1, alice)), List.of(alice)));
        var tree = (ObjectNode) JsonMapper.shared().readTree(file);
        var signatures = (tools.jackson.databind.node.ArrayNode) tree.path("signatures");
        signatures.add(signatures.path(0).deepCopy());
        byte[] twice = JsonMapper.shared().writeValueAsBytes(tree);
        assertThatThrownBy(() -> MetadataReader.root(twice))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageContaining("one signature by key id");
    }
}
