/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Genuine files of all four kinds, changed in their structure: what the genuine key is said to have
 * signed is what it has signed, and whatever is read is the same when it is written and read again.
 */
class MutatedMetadataFuzzTest {

    private static final int MUTATIONS = 400;
    private static final int CHOICES = 24;
    private static final PrivateKeySigner SIGNER = Repository.ed25519();
    private static final RoleKeys KEYS = Repository.keys(1, SIGNER);

    @FunctionalInterface
    private interface Reader {
        SignedFile<? extends Metadata> read(byte[] file) throws MalformedMetadata;
    }

    private record Genuine(SignedFile<? extends Metadata> signed, Reader reader) {}

    private static final List<Genuine> FILES =
            List.of(
                    genuine(Repository.root(KEYS), MetadataReader::root),
                    genuine(
                            new Timestamp(3, Repository.EXPIRES, FileEdition.of(2, new byte[9])),
                            MetadataReader::timestamp),
                    genuine(
                            new Snapshot(
                                    2,
                                    Repository.EXPIRES,
                                    Map.of(
                                            "targets",
                                            FileEdition.of(5, new byte[7]),
                                            "director",
                                            new FileEdition(
                                                    1, OptionalLong.empty(), Optional.empty()))),
                            MetadataReader::snapshot),
                    genuine(targets(), MetadataReader::targets));

    private static Targets targets() {
        TargetFile file =
                new TargetFile(
                        3,
                        FileHashes.sha256(new byte[3]),
                        JsonMapper.shared().createObjectNode().put("any", "thing"));
        return new Targets(
                5,
                Repository.EXPIRES,
                Map.of("tank/1.1.0.img", file),
                List.of(
                        new DelegatedRole(
                                "director", KEYS, false, new PathScope.Patterns(List.of("a/*"))),
                        new DelegatedRole(
                                "bins", KEYS, true, new PathScope.HashPrefixes(List.of("0a")))));
    }

    private static Genuine genuine(Metadata content, Reader reader) {
        try {
            return new Genuine(reader.read(MetadataWriter.sign(content, List.of(SIGNER))), reader);
        } catch (GeneralSecurityException | MalformedMetadata impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @FuzzTest(maxDuration = "24h")
    void believesOnlyWhatWasSignedHoweverItIsChanged(byte[] choices) throws Exception {
        for (Genuine genuine : FILES) {
            var _ = isBelieved(genuine, choices);
        }
    }

    /** Whether what became of it was still believed. */
    private static boolean isBelieved(Genuine genuine, byte[] choices) throws Exception {
        SignedFile<? extends Metadata> read;
        try {
            read = genuine.reader().read(MutatedJson.of(genuine.signed().bytes(), choices));
        } catch (MalformedMetadata refused) {
            return false;
        }
        byte[] written = MetadataWriter.sign(read.unverified(), List.of(SIGNER));
        Metadata again = genuine.reader().read(written).verifiedBy(KEYS);
        require(again.equals(read.unverified()), "it is not read as what it was written as");
        try {
            Metadata believed = read.verifiedBy(KEYS);
            require(
                    believed.equals(genuine.signed().unverified()),
                    "believed what nobody has signed");
            return true;
        } catch (WrongSignatures unsigned) {
            return false;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** What the fuzzer does for hours, for a second: each change of one member is among it. */
    @Test
    void believesOnlyWhatWasSignedHoweverItIsChangedAtRandom() throws Exception {
        long seed = 20_261_127;
        Random random = new Random(seed);
        int believed = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] choices = new byte[1 + random.nextInt(CHOICES)];
            random.nextBytes(choices);
            for (Genuine genuine : FILES) {
                believed += isBelieved(genuine, choices) ? 1 : 0;
            }
        }
        // What changes nothing that is signed is believed, and it is a small part.
        assertThat(believed).as("seed %d", seed).isBetween(1, MUTATIONS * FILES.size() / 4);
        for (Genuine genuine : FILES) {
            assertThat(isBelieved(genuine, new byte[0])).isTrue();
        }
    }
}
